import assert from "node:assert/strict";
import { momentText } from "./format.ts";

Deno.test("momentText() tells Beijing time, midnight too", () => {
  assert.equal(momentText("2026-11-22T09:05:09.123Z"), "2026-11-22 17:05:09");
  assert.equal(momentText("2026-12-31T16:00:00Z"), "2027-01-01 00:00:00");
});
