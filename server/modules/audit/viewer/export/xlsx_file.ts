import { nextTurn } from "../../../../platform/pause.ts";
import { type Cell, COLUMN_TITLES } from "./columns.ts";

/** Of a sheet's 1,048,576. */
const SHEET_ROWS_MAX = 1_000_000;

/** Cells are text, so that none of them is a formula. Written page by page: memory stays bounded. */
export async function* xlsxFile(
  pages: AsyncIterable<readonly (readonly Cell[])[]>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const stream = new WritableStream<Uint8Array<ArrayBuffer>>({
    write(chunk) {
      // The writer goes on using its buffer.
      chunks.push(chunk.slice());
    },
  });
  // A quarter of the platform's program, which most days nobody asks for.
  const { WorkbookWriter } = await import("@cj-tech-master/excelts");
  const workbook = new WorkbookWriter({
    stream,
    useSharedStrings: false,
    useStyles: false,
    zip: { compressionOptions: { level: 1 } },
  });
  const addSheet = (n: number) => {
    const sheet = workbook.addWorksheet(n === 1 ? "审计记录" : `审计记录${n}`);
    sheet.addRow([...COLUMN_TITLES]).commit();
    return sheet;
  };
  let sheet = addSheet(1);
  let [sheets, rows] = [1, 0];
  for await (const page of pages) {
    if (rows + page.length > SHEET_ROWS_MAX) {
      sheet.commit();
      sheet = addSheet(++sheets);
      rows = 0;
    }
    // What is undefined makes no cell.
    for (const row of page) sheet.addRow(row.map((cell) => cell ?? undefined)).commit();
    rows += page.length;
    // Lets what was compressed arrive.
    await nextTurn();
    yield* chunks.splice(0);
  }
  sheet.commit();
  await workbook.commit();
  yield* chunks;
}
