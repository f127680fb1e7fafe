import type { ImportError } from "../imports/contract.ts";
import { type ImportColumn, importError, readImportFile } from "../import_file.ts";
import type { InstitutionType, OrganisationKind } from "../organisation.ts";
import { isCodeOf, mayHaveType } from "./organisation_rules.ts";

/** The columns of the file of organisations, the same for import and export. */
export const ORGANISATION_COLUMNS = {
  code: { heading: "编码", lengthMax: 12, required: true },
  name: { heading: "名称", lengthMax: 100, required: true },
  kind: { heading: "级别", lengthMax: 10, required: true },
  parentCode: { heading: "上级编码", lengthMax: 12, required: false },
  type: { heading: "机构类型", lengthMax: 20, required: false },
  staffPhone: { heading: "电话", lengthMax: 32, required: false },
} as const satisfies Readonly<Record<string, ImportColumn>>;

export const KIND_WORDS: Readonly<Record<OrganisationKind, string>> = {
  city: "市",
  town: "镇街",
  centre: "中心",
  station: "站点",
};

export const TYPE_WORDS: Readonly<Record<InstitutionType, string>> = {
  community_health_centre: "社区卫生服务中心",
  community_health_station: "社区卫生服务站",
  hospital: "医院",
  social_security: "社保局",
  other: "其他",
};

/** A line of the file that is right by itself. */
export interface OrganisationLine {
  readonly line: number;
  readonly code: string;
  readonly name: string;
  readonly kind: OrganisationKind;
  readonly parentCode: string | null;
  readonly type: InstitutionType | null;
  readonly staffPhone: string | null;
}

export interface OrganisationFile {
  readonly digest: string;
  /** How many the file has, right or wrong. */
  readonly rowCount: number;
  readonly lines: readonly OrganisationLine[];
  readonly errors: readonly ImportError[];
}

export function readOrganisationFile(bytes: Uint8Array): OrganisationFile {
  const file = readImportFile(bytes, ORGANISATION_COLUMNS);
  const errors = [...file.errors];
  const firstLines = new Map<string, number>();
  const lines = file.rows.flatMap(({ line, cells }) => {
    const found: ImportError[] = [];
    const made = toLine(line, cells, found);
    const { code } = cells;
    if (code !== null && firstLines.has(code)) {
      found.push(flaw(line, "code", { code: "duplicate_code", value: code }));
    } else if (code !== null) firstLines.set(code, line);
    errors.push(...found);
    return made && found.length === 0 ? [made] : [];
  });
  return { digest: file.digest, rowCount: file.rows.length, lines, errors };
}

type Cells = Readonly<Record<keyof typeof ORGANISATION_COLUMNS, string | null>>;

/** Null where too much is missing to go on; what is wrong goes into `found`. */
function toLine(line: number, cells: Cells, found: ImportError[]): OrganisationLine | null {
  const { code, name, parentCode, staffPhone } = cells;
  const kind = wordOf(KIND_WORDS, cells.kind);
  const type = wordOf(TYPE_WORDS, cells.type);
  if (kind === undefined) {
    found.push(flaw(line, "kind", { code: "unknown_kind", value: cells.kind }));
  }
  if (type === undefined) {
    found.push(flaw(line, "type", { code: "unknown_type", value: cells.type }));
  }
  if (kind && code !== null && !isCodeOf(kind, code)) {
    found.push(flaw(line, "code", { code: "bad_code", value: code }));
  }
  if (kind && type !== undefined && !mayHaveType(kind, type)) {
    found.push(
      flaw(line, "type", {
        code: type === null ? "type_missing" : "type_of_area",
        value: cells.type,
      }),
    );
  }
  if (code === null || name === null || !kind || type === undefined) return null;
  return { line, code, name, kind, parentCode, type, staffPhone };
}

/** Null for an empty cell, undefined for a word that is none of them. */
function wordOf<Value extends string>(
  words: Readonly<Record<Value, string>>,
  cell: string | null,
): Value | null | undefined {
  if (cell === null) return null;
  return (Object.keys(words) as Value[]).find((value) => words[value] === cell);
}

export function flaw(
  line: number,
  column: keyof typeof ORGANISATION_COLUMNS,
  { code, value }: { readonly code: string; readonly value: string | null },
): ImportError {
  const { heading } = ORGANISATION_COLUMNS[column];
  return importError({ line, column: heading, code, value: value ?? "" });
}
