import assert from "node:assert/strict";
import { clockTime, dayTime, dayWords, longDay, secondsLeft, yuan } from "./format.ts";

const LATE_EVENING = Date.parse("2026-11-22T16:30:00Z");

Deno.test("yuan() writes fen with two decimals and thousands", () => {
  assert.equal(yuan("0"), "0.00");
  assert.equal(yuan("5"), "0.05");
  assert.equal(yuan("12640"), "126.40");
  assert.equal(yuan(-123456789n), "-1,234,567.89");
});

Deno.test("times are Beijing's, whatever the host's zone", () => {
  assert.equal(clockTime(LATE_EVENING), "00:30");
  assert.equal(longDay(LATE_EVENING), "11月23日 星期一");
  assert.equal(dayTime("2026-11-22T16:30:00Z"), "2026-11-23 00:30");
});

Deno.test("dayWords() calls the next days as people do", () => {
  assert.deepEqual(dayWords("2026-11-23", LATE_EVENING), { name: "今天", date: "11月23日" });
  assert.equal(dayWords("2026-11-24", LATE_EVENING).name, "明天");
  assert.equal(dayWords("2026-11-27", LATE_EVENING).name, "周五");
});

Deno.test("secondsLeft() never goes below zero", () => {
  assert.equal(secondsLeft(1_500, 0), 2);
  assert.equal(secondsLeft(0, 9_000), 0);
});
