import assert from "node:assert/strict";
import { beatScreen } from "./screen_beat.ts";

Deno.test("beatScreen() gives a sign only when a picture is drawn", () => {
  let sent = 0;
  let tick = () => {};
  const frames: (() => void)[] = [];
  beatScreen({
    timers: {
      every(_ms, run) {
        tick = run;
        return () => {};
      },
    },
    beforeFrame: (run) => frames.push(run),
    send: () => sent++,
  });
  tick();
  tick();
  assert.deepEqual([sent, frames.length], [0, 1], "frozen: nothing sent, nothing piles up");
  frames.shift()?.();
  assert.equal(sent, 1);
  tick();
  assert.equal(frames.length, 1);
});
