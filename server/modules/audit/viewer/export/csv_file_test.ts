import assert from "node:assert/strict";
import { csvFile } from "./csv_file.ts";

async function* pages(rows: readonly (readonly (string | null)[])[]) {
  for (const row of rows) yield await Promise.resolve([row]);
}

Deno.test("csvFile() quotes, and lets no cell begin as a formula (CSV injection)", async () => {
  const rows = [['=cmd|"/c calc"!A1', "+1", "-2", "@sum(a1)", null, 'a "b", c\nd']];
  const chunks = await Array.fromAsync(csvFile(pages(rows)));
  const text = chunks.map((chunk) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(chunk));
  assert.ok(text[0]?.startsWith("\uFEFF时间"));
  assert.equal(text[1], `"'=cmd|""/c calc""!A1",'+1,'-2,'@sum(a1),,"a ""b"", c\nd"\r\n`);
});
