import assert from "node:assert/strict";
import { manualTimers } from "../testing/manual_timers.ts";
import { watch, WATCH_MS } from "./watch.ts";

Deno.test("watch() looks until it is over, and never twice at once", async () => {
  const timers = manualTimers(0);
  let looks = 0;
  const look = () => {
    looks++;
    return Promise.resolve();
  };
  const watching = watch({ timers, look, isOver: () => looks === 3 });
  watching.start();
  watching.start();
  await timers.advance(WATCH_MS);
  assert.equal(looks, 1);
  await timers.advance(10 * WATCH_MS);
  assert.equal(looks, 3);
});

Deno.test("watch() that was stopped while it looked does not look again", async () => {
  const timers = manualTimers(0);
  let looks = 0;
  const look = () => {
    looks++;
    watching.stop();
    return Promise.resolve();
  };
  const watching = watch({ timers, look, isOver: () => false });
  watching.start();
  await timers.advance(5 * WATCH_MS);
  assert.equal(looks, 1);
  watching.start();
  await timers.advance(5 * WATCH_MS);
  assert.equal(looks, 2);
});
