import assert from "node:assert/strict";
import { kept } from "./ladder.ts";

const LADDER = { daily: 7, weekly: 5, monthly: 12 };
const HOUR_MS = 3_600_000;

function backup(text: string) {
  return { id: text, at: new Date(text) };
}

function nightly(from: string, count: number) {
  const first = new Date(from).getTime();
  return Array.from({ length: count }, (_, day) => {
    const at = new Date(first + day * 24 * HOUR_MS);
    return { id: at.toISOString(), at };
  });
}

Deno.test("kept() keeps seven days, five weeks and twelve months of nightly backups", () => {
  const all = nightly("2025-01-01T18:00:00Z", 700);
  const stay = [...kept(all, LADDER)].map(({ id }) => id.slice(0, 10)).sort();
  assert.ok(stay.length <= 24 && stay.length >= 20, stay.join(" "));
  assert.deepEqual(stay.slice(-7), all.slice(-7).map(({ id }) => id.slice(0, 10)));
  const oldest = new Date(stay[0] ?? "").getTime();
  const newest = all.at(-1)?.at.getTime() ?? 0;
  assert.ok(newest - oldest > 184 * 24 * HOUR_MS, "more than six months stay");
});

Deno.test("kept() keeps what it kept when it is asked every night, as when asked once", () => {
  let stayed: { id: string; at: Date }[] = [];
  for (const made of nightly("2025-01-01T18:00:00Z", 500)) {
    stayed = [...kept([...stayed, made], LADDER)];
  }
  const months = new Set(stayed.map(({ id }) => id.slice(0, 7)));
  assert.ok(months.size >= 12, [...months].join(" "));
});

Deno.test("kept() keeps the last of a day in China, and never takes the last backup there is", () => {
  const morning = backup("2026-11-22T16:30:00Z");
  const evening = backup("2026-11-23T10:00:00Z");
  const ladder = { daily: 1, weekly: 0, monthly: 0 };
  assert.deepEqual([...kept([morning, evening], ladder)], [evening]);
  const dayBefore = backup("2026-11-22T15:30:00Z");
  assert.equal(kept([dayBefore, morning], { ...ladder, daily: 2 }).size, 2, "another day in China");
  const old = backup("2001-01-01T00:00:00Z");
  assert.deepEqual([...kept([old], { daily: 0, weekly: 0, monthly: 0 })], [old]);
  assert.equal(kept([], LADDER).size, 0);
});

Deno.test("kept() takes Monday for the beginning of a week, over a year's end too", () => {
  const sunday = backup("2027-01-03T10:00:00Z");
  const monday = backup("2027-01-04T10:00:00Z");
  const thursday = backup("2026-12-31T10:00:00Z");
  const stay = kept([thursday, sunday, monday], { daily: 0, weekly: 2, monthly: 0 });
  assert.deepEqual([...stay], [monday, sunday]);
});
