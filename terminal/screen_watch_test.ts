import assert from "node:assert/strict";
import { SILENT_LOG } from "../server/platform/log.ts";
import { screenRoutes, ScreenWatch } from "./screen_watch.ts";

Deno.test("ScreenWatch tells how long the page has been silent", () => {
  const { screen, wait } = rig();
  assert.deepEqual(screen.sight, { silentMs: null, size: null });
  screen.beat({ width: 1_280, height: 1_024 });
  wait(7_000.4);
  assert.deepEqual(screen.sight, { silentMs: 7_000, size: { width: 1_280, height: 1_024 } });
});

Deno.test("screenRoutes() take a beat of the page, and nothing else", async () => {
  const { screen } = rig();
  const app = screenRoutes(screen);
  const post = (body: unknown) =>
    app.request("/beat", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  for (const wrong of [{}, { width: 0, height: 1 }, { width: 1, height: 1, name: "x" }]) {
    assert.equal((await post(wrong)).status, 400, JSON.stringify(wrong));
  }
  assert.equal(screen.sight.silentMs, null);
  assert.equal((await post({ width: 800, height: 1_280 })).status, 204);
  assert.deepEqual(screen.sight.size, { width: 800, height: 1_280 });
});

function rig() {
  let nowMs = 5;
  const screen = new ScreenWatch({ nowMs: () => nowMs, log: SILENT_LOG });
  return { screen, wait: (ms: number) => nowMs += ms };
}
