import { sm3 } from "../../../crypto/sm3.ts";
import { DomainError } from "../../platform/errors.ts";
import { decodeCsv, plainCell, readCsv } from "../../platform/csv.ts";
import type { ImportError } from "./imports/contract.ts";

/** A CSV file somebody sends for import, as far as it can be judged without the database. */

export const IMPORT_BYTES_MAX = 2 * 1024 * 1024;
const IMPORT_ROWS_MAX = 5_000;
const HEADING_LINES = 1;

export interface ImportColumn {
  /** In the first line of the file. */
  readonly heading: string;
  readonly lengthMax: number;
  readonly required: boolean;
}

export interface ImportRow<Name extends string> {
  readonly line: number;
  /** Null for what is empty, and for what is wrong. */
  readonly cells: Readonly<Record<Name, string | null>>;
}

export interface ImportFile<Name extends string> {
  /** SM3 of the bytes. */
  readonly digest: string;
  readonly rows: readonly ImportRow<Name>[];
  readonly errors: readonly ImportError[];
}

/** Throws DomainError `access.too_large`; whatever else is wrong is in the errors. */
export function readImportFile<Name extends string>(
  bytes: Uint8Array,
  columns: Readonly<Record<Name, ImportColumn>>,
): ImportFile<Name> {
  if (bytes.length > IMPORT_BYTES_MAX) throw tooLarge(bytes.length);
  const digest = sm3(bytes).toHex();
  const text = decodeCsv(bytes);
  if (text === null) return { digest, rows: [], errors: [fileError(1, "encoding")] };
  const linesMax = IMPORT_ROWS_MAX + HEADING_LINES + 1;
  const { lines, broken } = readCsv(text, { linesMax });
  const [heading, ...body] = lines;
  const errors = broken.map(({ line }) => fileError(line, "quotes"));
  const order = orderOf(heading?.cells ?? [], columns);
  if (order === null) return { digest, rows: [], errors: [fileError(1, "headings"), ...errors] };
  const surplus = body[IMPORT_ROWS_MAX];
  if (surplus) errors.push(fileError(surplus.line, "too_many_rows"));
  const rows = body.slice(0, IMPORT_ROWS_MAX).flatMap(({ line, cells }) => {
    if (cells.length === order.length) return [{ line, cells: read(line, cells) }];
    errors.push(fileError(line, "columns"));
    return [];
  });
  return { digest, rows, errors: errors.toSorted((left, right) => left.line - right.line) };

  function read(line: number, cells: readonly string[]): Record<Name, string | null> {
    const entries = order?.map((name, at) => {
      const { value, code } = judgeCell(cells[at] ?? "", columns[name]);
      if (code) errors.push(importError({ line, column: columns[name].heading, code }));
      return [name, value] as const;
    });
    return Object.fromEntries(entries ?? []) as Record<Name, string | null>;
  }
}

/** Names of the columns as they stand in the file; null unless each is there once and no other. */
function orderOf<Name extends string>(
  headings: readonly string[],
  columns: Readonly<Record<Name, ImportColumn>>,
): readonly Name[] | null {
  const names = Object.keys(columns) as Name[];
  const order = headings.map((text) => names.find((name) => columns[name].heading === text.trim()));
  const known = order.filter((name) => name !== undefined);
  const isWhole = known.length === names.length && order.length === names.length &&
    new Set(known).size === names.length;
  return isWhole ? known : null;
}

function judgeCell(
  cell: string,
  { lengthMax, required }: ImportColumn,
): { readonly value: string | null; readonly code?: string } {
  const plain = plainCell(cell);
  if (plain === null) return { value: null, code: "formula" };
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(plain)) return { value: null, code: "control_character" };
  const value = plain.trim();
  if (value === "") return required ? { value: null, code: "missing" } : { value: null };
  return value.length > lengthMax ? { value: null, code: "too_long" } : { value };
}

/** For whoever mends the file; `{}` is what stands there. */
const MESSAGES: Readonly<Record<string, string>> = {
  encoding: "文件编码不是 UTF-8 或 GB18030",
  headings: "第一行的列名不对：应正好是模板的各列",
  quotes: "引号没有成对，或这一行太长",
  columns: "列数与第一行不同",
  too_many_rows: `行数太多：一次至多 ${IMPORT_ROWS_MAX} 行`,
  formula: "以 = + - @ 或制表符开头，会被当作公式：确实是文字的，在前面加一个 '",
  control_character: "含有换行或其他控制字符",
  missing: "不能为空",
  too_long: "太长",
  unknown_kind: "“{}”不是机构级别：应为 市、镇街、中心 或 站点",
  unknown_type: "“{}”不是机构类型：应为 社区卫生服务中心、社区卫生服务站、医院、社保局 或 其他",
  type_of_area: "市和镇街没有机构类型，应为空",
  type_missing: "中心和站点要有机构类型",
  bad_code:
    "编码“{}”不对：中心和站点为 12 位定点编码，市为 6 位行政区划代码，镇街为 6 位或 12 位代码",
  duplicate_code: "编码“{}”在文件里出现过",
  taken_code: "编码“{}”已被占用",
  missing_city: "市只能在初始化时建立，编码“{}”不是本市的",
  missing_parent: "没有编码为“{}”的上级机构",
  wrong_parent: "上级机构“{}”的级别不对：镇街在市之下，中心在镇街之下，站点在中心或镇街之下",
  cycle: "上级机构绕了一圈又回到自己",
  moved: "不能移动机构：现在的上级不是“{}”",
  changed_kind: "不能改变机构的级别",
  forbidden: "没有权限改动这个机构",
  bad_number: "终端编号“{}”不对：1 至 16 位字母、数字或 -",
  duplicate_number: "终端编号“{}”在文件里出现过",
  missing_institution: "没有编码为“{}”的中心或站点",
  moved_terminal: "终端“{}”已登记在别的机构：不能用导入移动",
};

export function importError(
  { line, column, code, value = "" }: {
    readonly line: number;
    readonly column: string | null;
    readonly code: string;
    readonly value?: string;
  },
): ImportError {
  return { line, column, code, message: (MESSAGES[code] ?? code).replace("{}", value) };
}

function fileError(line: number, code: string): ImportError {
  return importError({ line, column: null, code });
}

function tooLarge(length: number): DomainError {
  return new DomainError(
    "access.too_large",
    `Cannot import ${length} bytes: expected at most ${IMPORT_BYTES_MAX}`,
  );
}

/** SM3 of what an import would do, in the file's order: what was shown is what is done. */
export function planDigest(steps: readonly (readonly (string | null)[])[]): string {
  return sm3(new TextEncoder().encode(JSON.stringify(steps))).toHex();
}

/** Throws DomainError `access.import_differs` unless this file and plan are those that were shown. */
export function requireShown(
  shown: { readonly digest: string; readonly plan: string },
  now: {
    readonly digest: string;
    readonly plan: string;
    readonly errors: readonly unknown[];
  },
): void {
  const isSame = shown.digest === now.digest && shown.plan === now.plan;
  if (isSame && now.errors.length === 0) return;
  throw new DomainError(
    "access.import_differs",
    "Cannot import: the file, or what it would change, is not what was checked",
  );
}
