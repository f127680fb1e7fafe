import assert from "node:assert/strict";
import { GatheredChanges } from "./gathered_changes.ts";

Deno.test("GatheredChanges tells once of many changes, and of the next ones again", async () => {
  let told = 0;
  let heard = Promise.withResolvers<void>();
  using changes = new GatheredChanges(() => {
    told += 1;
    heard.resolve();
  });
  for (let change = 0; change < 1_000; change++) changes.changed();
  assert.equal(told, 0);
  await heard.promise;
  assert.equal(told, 1);
  heard = Promise.withResolvers();
  changes.changed();
  await heard.promise;
  assert.equal(told, 2);
});
