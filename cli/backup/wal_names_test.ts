import assert from "node:assert/strict";
import { firstGap, segmentNumber, segmentOf } from "./wal_names.ts";

const MB = 1024 * 1024;

Deno.test("segmentOf() names the segment as pg_walfile_name does", () => {
  assert.equal(segmentOf(1, "0/4000028", 16 * MB), "000000010000000000000004");
  assert.equal(segmentOf(3, "2/FF000000", 16 * MB), "0000000300000002000000FF");
  assert.equal(segmentOf(1, "1/C0000000", 1024 * MB), "000000010000000100000003");
});

Deno.test("firstGap() finds what is missing, over logs and timelines", () => {
  const names = [
    "0000000100000000000000FE",
    "0000000100000000000000FF",
    "000000020000000100000000",
  ];
  const [first = ""] = names;
  assert.equal(firstGap(first, names, 16 * MB), null);
  const last = "000000020000000100000002";
  assert.equal(firstGap(first, [...names, last], 16 * MB), "000000010000000100000001");
  assert.equal(firstGap("0000000100000000000000FC", names, 16 * MB), "0000000100000000000000FC");
  assert.equal(firstGap(last, names, 16 * MB), null, "all there is lies before");
  assert.equal(firstGap(first, [], 16 * MB), null);
  assert.equal(segmentNumber(last, 16 * MB), 258);
});
