import assert from "node:assert/strict";
import iconv from "iconv-lite";
import { decodeCsv, plainCell, readCsv, writeCsv } from "./csv.ts";

const TEXT = new TextEncoder();

Deno.test("decodeCsv() reads what Excel and editors write", () => {
  assert.equal(decodeCsv(TEXT.encode("编码,名称")), "编码,名称");
  assert.equal(decodeCsv(TEXT.encode("\uFEFF编码,名称")), "编码,名称");
  assert.equal(decodeCsv(iconv.encode("编码,名称㐀", "gb18030")), "编码,名称㐀");
  assert.equal(decodeCsv(Uint8Array.of(0xff, 0xff, 0x00)), null);
});

Deno.test("readCsv() knows the line of every record and goes on after a broken one", () => {
  const { lines, broken } = readCsv('a,b\r\n\r\n1,"x,y"\n2,b"c\n3,"d\ne"\n4,f\n', { linesMax: 10 });
  assert.deepEqual(lines, [
    { line: 1, cells: ["a", "b"] },
    { line: 3, cells: ["1", "x,y"] },
    { line: 6, cells: ["3", "d\ne"] },
    { line: 7, cells: ["4", "f"] },
  ]);
  assert.deepEqual(broken, [{ line: 4, code: "INVALID_OPENING_QUOTE" }]);
});

Deno.test("readCsv() survives a quote that is never closed and a line without end", () => {
  assert.deepEqual(readCsv('a\n"b\nc', { linesMax: 10 }).broken.length, 1);
  assert.equal(readCsv(`a\n${"x".repeat(50_000)}\nb\n`, { linesMax: 10 }).broken.length, 1);
  assert.equal(readCsv("a\nb\nc\nd\n", { linesMax: 3 }).lines.length, 3);
  assert.deepEqual(readCsv("", { linesMax: 3 }), { lines: [], broken: [] });
});

Deno.test("writeCsv() leaves a spreadsheet nothing to calculate, plainCell() gives it back", () => {
  const cells = ["=1+1", "+86 769", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "a=b", "'x", "中心"];
  const written = writeCsv([["甲"], ...cells.map((cell) => [cell])]);
  const { lines } = readCsv(decodeCsv(TEXT.encode(written)) ?? "", { linesMax: 100 });
  const read = lines.slice(1).map(({ cells: [cell = ""] }) => cell);
  assert.deepEqual(read.filter((cell) => /^[=+\-@\t\r＝]/.test(cell)), []);
  assert.deepEqual(read.map(plainCell), cells);
  assert.deepEqual(cells.slice(0, 7).map(plainCell), Array(7).fill(null));
});
