import assert from "node:assert/strict";
import { changesOf } from "./changes.ts";

Deno.test("changesOf() names what differs, by its path, and nothing else (R-SEC-17)", () => {
  const before = JSON.stringify({
    idle: { warnAfterMs: 45_000, endAfterMs: 60_000 },
    modes: ["a"],
  });
  const after = JSON.stringify({ idle: { warnAfterMs: 30_000, endAfterMs: 60_000 }, modes: ["a"] });
  assert.deepEqual(changesOf({ name: "kiosk.idle", before, after }), [
    { name: "idle.warnAfterMs", before: "45000", after: "30000" },
  ]);
});

Deno.test("changesOf() tells what came and what went, and takes plain words as they are", () => {
  assert.deepEqual(changesOf({ before: null, after: "true" }), [
    { name: "", before: null, after: "true" },
  ]);
  assert.deepEqual(changesOf({ before: "旧", after: "新" }), [
    { name: "", before: "旧", after: "新" },
  ]);
  assert.deepEqual(changesOf({ before: '{"a":1}', after: '{"b":[2]}' }), [
    { name: "a", before: "1", after: null },
    { name: "b", before: null, after: "[2]" },
  ]);
  assert.deepEqual(changesOf({ amountFen: "1" }), []);
});
