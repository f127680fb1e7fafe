import assert from "node:assert/strict";
import { IdleWatch } from "./idle_watch.ts";

Deno.test("IdleWatch asks one question at a time, again and again", async () => {
  let asking = 0;
  let asked = 0;
  const enough = Promise.withResolvers<void>();
  await using _watch = new IdleWatch({
    everyMs: 0,
    ask: async () => {
      assert.equal(++asking, 1);
      await Promise.resolve();
      asking--;
      if (++asked === 5) enough.resolve();
    },
  });
  await enough.promise;
});

Deno.test("IdleWatch ends its question and asks no more when it is disposed", async () => {
  const begun = Promise.withResolvers<void>();
  let asked = 0;
  const watch = new IdleWatch({
    everyMs: 0,
    ask: (signal) => {
      asked++;
      begun.resolve();
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
    },
  });
  await begun.promise;
  await watch[Symbol.asyncDispose]();
  assert.equal(asked, 1);
});

Deno.test("IdleWatch that is disposed at once asks nothing, however long it would have rested", async () => {
  const watch = new IdleWatch({
    everyMs: 3_600_000,
    ask: () => Promise.reject(new Error("Cannot ask: the watch has ended")),
  });
  await watch[Symbol.asyncDispose]();
});
