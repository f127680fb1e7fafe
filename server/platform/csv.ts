import { CsvError, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";

/** CSV files as people's spreadsheets write and read them. */

export interface CsvLine {
  /** As an editor counts. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvFile {
  /** The heading first. */
  readonly lines: readonly CsvLine[];
  /** Lines that are no CSV. */
  readonly broken: readonly { readonly line: number; readonly code: string }[];
}

const RECORD_CHARS_MAX = 20_000;
/** What a spreadsheet takes for a formula, in its wide forms too (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/u;
const BYTE_ORDER_MARK = "\uFEFF";

/** UTF-8, with or without byte order mark, or GB18030, as Excel writes in China; null for neither. */
export function decodeCsv(bytes: Uint8Array): string | null {
  return decode(bytes, "utf-8") ?? decode(bytes, "gb18030");
}

function decode(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
}

/** At most `linesMax` lines; those that are empty are left out. */
export function readCsv(text: string, { linesMax }: { readonly linesMax: number }): CsvFile {
  const broken: { line: number; code: string }[] = [];
  const lines: CsvLine[] = [];
  parse(text, {
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: RECORD_CHARS_MAX,
    to: linesMax,
    on_record(cells: string[], { lines: line }) {
      lines.push({ line, cells });
      return null;
    },
    on_skip(error: CsvError | undefined) {
      broken.push({ line: Number(error?.lines ?? 0), code: error?.code ?? "CSV_UNKNOWN" });
    },
  });
  return { lines, broken };
}

/** With a byte order mark, so that Excel reads it, and formulas put behind an apostrophe. */
export function writeCsv(lines: readonly (readonly string[])[]): string {
  const text = stringify(lines.map((cells) => [...cells]), {
    escape_formulas: true,
    record_delimiter: "windows",
    quoted_match: /[\r\n]/,
  });
  return BYTE_ORDER_MARK + text;
}

/** What `writeCsv` made of a cell, undone; null for a formula that nobody put an apostrophe before. */
export function plainCell(cell: string): string | null {
  if (FORMULA.test(cell)) return null;
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
