import assert from "node:assert/strict";
import { ageText, momentText, yuanText } from "./format.ts";

Deno.test("momentText() tells Beijing time, midnight too", () => {
  assert.equal(momentText("2026-11-22T09:05:09.123Z"), "2026-11-22 17:05:09");
  assert.equal(momentText("2026-12-31T16:00:00Z"), "2027-01-01 00:00:00");
});

Deno.test("yuanText() tells fen as yuan, however few or many", () => {
  assert.deepEqual(["5", "2350", "1234567", "-100", "123456789012345678"].map(yuanText), [
    "0.05",
    "23.50",
    "12,345.67",
    "-1.00",
    "1,234,567,890,123,456.78",
  ]);
});

Deno.test("ageText() tells minutes, hours and days", () => {
  const minute = 60_000;
  assert.deepEqual([-1, 3 * minute, 75 * minute, 4_000 * minute].map(ageText), [
    "0 分钟",
    "3 分钟",
    "1 小时 15 分钟",
    "2 天 18 小时",
  ]);
});
