import assert from "node:assert/strict";
import { csvLine } from "./csv.ts";

Deno.test("csvLine() keeps what a spreadsheet would run as text", () => {
  const attacks = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "－1+2"];
  for (const attack of attacks) {
    const cell = csvLine([attack]).trimEnd().replace(/^"|"$/g, "");
    assert.equal(cell[0], "'", JSON.stringify(attack));
  }
});

Deno.test("csvLine() leaves figures, times and Chinese as they are", () => {
  assert.equal(
    csvLine([-3, 12n, "-12.5", true, null, new Date(0), "符合"]),
    "-3,12,-12.5,是,,1970-01-01 08:00:00.000,符合\r\n",
  );
});

Deno.test("csvLine() quotes what would break a row", () => {
  assert.equal(csvLine(['a"b', "c,d", "e\nf"]), '"a""b","c,d","e\nf"\r\n');
});
