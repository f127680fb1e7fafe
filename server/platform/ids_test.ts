import assert from "node:assert/strict";
import { isId, newIdAfter, timeOfId } from "./ids.ts";

const AT = new Date("2026-11-18T01:00:00Z");

Deno.test("newIdAfter() keeps the order of one millisecond", () => {
  const ids = [""];
  for (let count = 0; count < 10_000; count++) ids.push(newIdAfter(ids.at(-1) ?? "", AT));
  assert.deepEqual(ids, ids.toSorted());
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids.slice(1)) {
    assert.ok(isId(id), id);
    assert.equal(timeOfId(id).getTime(), AT.getTime());
  }
});

Deno.test("newIdAfter() follows the clock, also backwards, and stays an id at the end of its range", () => {
  const later = newIdAfter("", new Date(AT.getTime() + 1));
  assert.equal(timeOfId(newIdAfter(later, AT)).getTime(), AT.getTime());
  const end = newIdAfter("", AT).slice(0, 14) + "7fff-bfff-ffffffffffff";
  assert.ok(isId(newIdAfter(end, AT)));
});
