import assert from "node:assert/strict";
import { readTime, writeTime } from "./certificate_times.ts";
import { readDer, writeDer } from "./der.ts";

const UTC = 0x17;
const GENERALIZED = 0x18;

function timeNode(tag: number, text: string) {
  return readDer(writeDer(tag, new TextEncoder().encode(text)));
}

Deno.test("readTime() reads both forms", () => {
  const cases: [number, string, string][] = [
    [UTC, "500101000000Z", "1950-01-01T00:00:00.000Z"],
    [UTC, "491231235959Z", "2049-12-31T23:59:59.000Z"],
    [UTC, "000229120000Z", "2000-02-29T12:00:00.000Z"],
    [GENERALIZED, "20200807000000Z", "2020-08-07T00:00:00.000Z"],
    [GENERALIZED, "20500101000000Z", "2050-01-01T00:00:00.000Z"],
    [GENERALIZED, "99991231235959Z", "9999-12-31T23:59:59.000Z"],
  ];
  for (const [tag, text, iso] of cases) {
    assert.equal(readTime(timeNode(tag, text)).toISOString(), iso);
  }
});

Deno.test("readTime() refuses days that are none, zones, fractions and far years", () => {
  const cases: [number, string][] = [
    [UTC, "260230000000Z"],
    [UTC, "261301000000Z"],
    [UTC, "260101240000Z"],
    [UTC, "260101006000Z"],
    [UTC, "260101000060Z"],
    [UTC, "2601010000Z"],
    [UTC, "260101000000+0800"],
    [UTC, "260101000000z"],
    [UTC, "260101000000Z "],
    [UTC, "20260101000000Z"],
    [UTC, ""],
    [GENERALIZED, "19491231235959Z"],
    [GENERALIZED, "00560101000000Z"],
    [GENERALIZED, "20500101000000.5Z"],
    [GENERALIZED, "20500101000000"],
    [GENERALIZED, "500101000000Z"],
    [0x0c, "500101000000Z"],
  ];
  for (const [tag, text] of cases) {
    assert.throws(() => readTime(timeNode(tag, text)), { code: "bad_encoding" }, text);
  }
  assert.throws(() => readTime(undefined), { code: "bad_encoding" });
});

Deno.test("writeTime() cuts to the second and is read again", () => {
  for (const year of ["1950", "2049", "2050", "9999"]) {
    const node = readDer(
      new Uint8Array(writeTime(new Date(`${year}-12-31T23:59:59.999Z`)).toSchema().toBER()),
    );
    assert.equal(node.tag, Number(year) < 2050 ? UTC : GENERALIZED);
    assert.equal(readTime(node).toISOString(), `${year}-12-31T23:59:59.000Z`);
  }
  for (const time of ["1949-12-31T23:59:59Z", "+010000-01-01T00:00:00Z", "no time"]) {
    assert.throws(() => writeTime(new Date(time)), { code: "invalid_argument" });
  }
});
