import assert from "node:assert/strict";
import { isId, timeOfId } from "../server/platform/ids.ts";
import { newId } from "./new_id.ts";

Deno.test("newId() makes ids the platform takes, of this moment and never the same", () => {
  const nowMs = Date.UTC(2026, 10, 22, 9, 0, 0);
  const made = Array.from({ length: 200 }, () => newId(nowMs));
  assert.deepEqual(made.filter((id) => !isId(id)), []);
  assert.equal(timeOfId(made[0] ?? "").getTime(), nowMs);
  assert.equal(new Set(made).size, made.length);
});
