import { stringify } from "csv-stringify/sync";
import { type Cell, COLUMN_TITLES } from "./columns.ts";

/**
 * RFC 4180 in UTF-8 with a byte order mark, as Excel wants it. What a spreadsheet would take for a
 * formula begins with an apostrophe.
 */
export async function* csvFile(
  pages: AsyncIterable<readonly (readonly Cell[])[]>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield encoded(`\uFEFF${linesOf([COLUMN_TITLES])}`);
  for await (const page of pages) yield encoded(linesOf(page));
}

function linesOf(rows: readonly (readonly Cell[])[]): string {
  return stringify(rows.map((row) => [...row]), {
    escape_formulas: true,
    record_delimiter: "windows",
  });
}

function encoded(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
