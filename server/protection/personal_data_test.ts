import assert from "node:assert/strict";
import { MIGRATIONS } from "../migrations/list.ts";
import { PERSONAL_DATA } from "../modules/identity/personal_data_inventory.ts";
import { SEALED_TABLES } from "./sealed_tables.ts";

/** `table.column` → its type, of all the migrations. */
function declaredColumns(): Map<string, string> {
  const found = new Map<string, string>();
  for (const text of Object.values(MIGRATIONS)) {
    const plain = text.replace(/--.*$/gm, "");
    for (const [, table, body = ""] of plain.matchAll(/create table (\w+) \(([\s\S]*?)\n\)/g)) {
      for (const line of body.split("\n")) keep(table, line.trim());
    }
    for (const [, table, rest = ""] of plain.matchAll(/alter table (\w+) add column ([^;]+);/g)) {
      keep(table, rest.trim());
    }
  }
  return found;

  function keep(table: string | undefined, line: string): void {
    const [, column, type] = /^([a-z_0-9]+) ([a-z]+)\b/.exec(line) ?? [];
    if (column && type) found.set(`${table}.${column}`, type);
  }
}

const NAMES = PERSONAL_DATA.map(({ table, column }) => `${table}.${column}`);

Deno.test("the inventory of personal data names columns that exist, each once", () => {
  const declared = declaredColumns();
  assert.deepEqual(NAMES.filter((name) => !declared.has(name)), []);
  assert.equal(new Set(NAMES).size, NAMES.length);
});

Deno.test("every sealed column and every blind index is in the inventory of personal data", () => {
  const sealed = SEALED_TABLES.flatMap(({ table, sealed }) =>
    sealed.map((column) => `${table}.${column}`)
  );
  const indexed = [...declaredColumns()].filter(([name, type]) =>
    type === "bytea" && name.endsWith("_index")
  ).map(([name]) => name);
  assert.deepEqual([...sealed, ...indexed].filter((name) => !NAMES.includes(name)), []);
  for (const { table, column, protection } of PERSONAL_DATA) {
    assert.equal(protection === "加密", column.endsWith("_sealed"), `${table}.${column}`);
  }
});

Deno.test("the terminals' reports and calls for staff hold nothing on persons", () => {
  const columns = [...declaredColumns().keys()].filter((name) =>
    /^(terminal_event|staff_call|terminal_status|device_status)\./.test(name)
  );
  assert.ok(columns.length > 10);
  assert.deepEqual(columns.filter((name) => /patient|name$|phone|id_number/.test(name)), []);
});

/** What bytes are kept for; a template of a face, a finger or a voice is none of it. */
const KNOWN_BYTES: readonly RegExp[] = [
  /\.\w+_sealed$/,
  /\.\w+_index$/,
  /\.tag$/,
  /\.(\w+_)?(digest|hash|fingerprint|commitment|proof|(counter)?signature|salt)$/,
  /^(terminal_enrolment|program_nonce)\.(platform_)?nonce$/,
  /^(terminal_enrolment|terminal_key)\.(sign|agree)_key$/,
  /^line_session\.(mac|data)_key$/,
  /^(card_work_key|terminal_pad_key)\.(check_value|wrapped)$/,
  /^program_key\.(public_key|secret)$/,
  /^compliance_pack_piece\.bytes$/,
];

Deno.test("no column holds a template of a face or another body (人脸识别技术应用安全管理办法)", () => {
  const declared = declaredColumns();
  const named = [...declared.keys()].filter((name) =>
    /face|biometr|photo|portrait|iris|voice|template/.test(name)
  );
  assert.deepEqual(named, []);
  const bytes = [...declared].filter(([, type]) => type === "bytea").map(([name]) => name);
  assert.deepEqual(
    bytes.filter((name) => !KNOWN_BYTES.some((pattern) => pattern.test(name))),
    [],
  );
});
