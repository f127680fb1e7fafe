import assert from "node:assert/strict";
import { Background } from "./background.ts";

Deno.test("waitFor() gives a failure to the caller in time, and reports a late one", async () => {
  const reported: unknown[] = [];
  const background = new Background((thrown) => reported.push(thrown));
  await assert.rejects(background.waitFor(Promise.reject(new Error("early")), 1_000), /early/);
  assert.deepEqual(reported, []);
  const work = Promise.withResolvers<void>();
  await background.waitFor(work.promise, 1);
  const late = new Error("late");
  work.reject(late);
  await background.settle();
  assert.deepEqual(reported, [late]);
});
