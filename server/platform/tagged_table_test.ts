import assert from "node:assert/strict";
import { testRowTags } from "../../tests/sealer.ts";
import { decided, tagOf } from "./tagged_table.ts";

Deno.test("decided() leaves a later column out where it is null, and only there", async () => {
  const tags = testRowTags();
  const before = { table: "refund", key: ["id"], columns: ["id", "state"] } as const;
  const now = { ...before, columns: ["id", "state", "stopped_at"], later: ["stopped_at"] } as const;
  const open = { id: "1", state: "sending", stopped_at: null };
  const stopped = { ...open, stopped_at: new Date("2026-11-23T01:00:00Z") };
  const fits = async (row: typeof open | typeof stopped, tag: Uint8Array) =>
    await tags.fits(now.table, decided(now, row), tag);

  assert.ok(await fits(open, await tagOf(tags, before, open)), "a row of before stays good");
  assert.ok(!await fits(stopped, await tagOf(tags, now, open)), "filling it shows");
  assert.ok(!await fits(open, await tagOf(tags, now, stopped)), "emptying it shows");
  assert.ok(await fits(stopped, await tagOf(tags, now, stopped)));
  assert.throws(() => decided(now, { id: "1", state: "sending" } as never), /stopped_at/);
});
