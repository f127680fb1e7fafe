import assert from "node:assert/strict";
import { MIGRATIONS } from "../migrations/list.ts";
import { certificateColumns } from "../modules/access/certificates/certificate_row.ts";
import { taggedOfPolicy } from "../modules/access/policy/security_policies.ts";
import { programKeyColumns } from "../modules/access/programs/program_key.ts";
import { accountColumns, grantColumns, roleColumns } from "../modules/access/rights/tagged_rows.ts";
import { passwordColumns } from "../modules/access/sign_in/keep_password.ts";
import { identityColumns } from "../modules/access/sso/identity_row.ts";
import type { TaggedColumns } from "../platform/row_tags.ts";
import { SEALED_TABLES } from "./sealed_tables.ts";
import { TAGGED_TABLES } from "./tagged_tables.ts";

/** Tables checked by the audit trail's own chain. */
const OF_THE_CHAIN = /^audit_/;

/** `table.column` of every column of the migrations whose declaration matches. */
function columnsLike(pattern: RegExp): string[] {
  const found: string[] = [];
  for (const text of Object.values(MIGRATIONS)) {
    const plain = text.replace(/--.*$/gm, "");
    for (const [, table, body = ""] of plain.matchAll(/create table (\w+) \(([\s\S]*?)\n\)/g)) {
      for (const line of body.split("\n")) {
        const column = pattern.exec(line.trim())?.[1];
        if (column) found.push(`${table}.${column}`);
      }
    }
    for (const [, table, rest = ""] of plain.matchAll(/alter table (\w+) add column ([^;]+);/g)) {
      const column = pattern.exec(rest.trim())?.[1];
      if (column) found.push(`${table}.${column}`);
    }
  }
  const dropped = Object.values(MIGRATIONS).flatMap((text) =>
    [...text.matchAll(/alter table (\w+) drop column (\w+);/g)].map((at) => `${at[1]}.${at[2]}`)
  );
  return found.filter((column) => !dropped.includes(column)).sort();
}

Deno.test("every sealed column of the migrations is sealed anew when its key is rotated", () => {
  const registered = SEALED_TABLES.flatMap(({ table, sealed }) =>
    sealed.map((column) => `${table}.${column}`)
  );
  assert.deepEqual(registered.sort(), columnsLike(/^(\w+_sealed) bytea\b/));
});

Deno.test("every table with tags is checked", () => {
  const tagged = columnsLike(/^(tag) bytea\b/).map((name) => name.replace(/\.tag$/, ""))
    .filter((table) => !OF_THE_CHAIN.test(table));
  assert.deepEqual(TAGGED_TABLES.map(({ table }) => table).sort(), tagged);
});

Deno.test("a tag is over the whole key of its row", () => {
  for (const { table, key, columns } of TAGGED_TABLES) {
    assert.deepEqual(key.filter((column) => !columns.includes(column)), [], table);
  }
});

Deno.test("the columns checked of rights are those their tags are made over", () => {
  const columnsOf: Readonly<Record<string, (row: never) => TaggedColumns>> = {
    account: accountColumns,
    role: roleColumns,
    account_grant: grantColumns,
    account_password: passwordColumns,
    program_key: programKeyColumns,
    account_certificate: certificateColumns,
    account_identity: identityColumns,
    security_policy: taggedOfPolicy,
  };
  for (const [table, columns] of Object.entries(columnsOf)) {
    const checked = TAGGED_TABLES.find((tagged) => tagged.table === table);
    const made = Object.keys(columns(JSON.parse("{}") as never));
    assert.deepEqual(checked?.columns.toSorted(), made.sort(), table);
  }
});
