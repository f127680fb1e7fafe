import assert from "node:assert/strict";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { browserAt } from "./browsers.ts";
import { keepBrowser, type ScreenAnswer } from "./keep_browser.ts";

const FIRST = browserAt("/usr/bin/browser");
const SECOND = browserAt("/usr/bin/chromium");

Deno.test("keepBrowser() lets a browser run whose page is drawn", async () => {
  const { started } = await play({ ms: 600_000, screen: () => sight(3_000) });
  assert.equal(started.length, 1);
});

Deno.test("keepBrowser() starts a browser anew whose picture stands still", async () => {
  const { started, stopped } = await play({
    ms: 200_000,
    // The page of the browser that was started at 100 s is drawn again.
    screen: (nowMs, startedAt) => sight(startedAt > 0 ? 1_000 : nowMs < 40_000 ? 1_000 : nowMs),
  });
  assert.equal(started.length, 2);
  assert.equal(stopped, 2, "the frozen one, and the last at the end");
  assert.ok((started[1]?.atMs ?? 0) <= 105_000, `after ${started[1]?.atMs} ms`);
});

Deno.test("keepBrowser() takes another browser when one never draws the page", async () => {
  const { started } = await play({ ms: 400_000, screen: () => ({ silentMs: null, size: null }) });
  assert.deepEqual(started.slice(0, 4).map(({ path }) => path), [
    FIRST.path,
    FIRST.path,
    FIRST.path,
    SECOND.path,
  ]);
});

Deno.test("keepBrowser() waits longer and longer for one that ends at once", async () => {
  const { started } = await play({ ms: 120_000, screen: () => sight(null), endsAtOnce: true });
  const gaps = started.slice(1).map(({ atMs }, at) => atMs - (started[at]?.atMs ?? 0));
  assert.deepEqual(gaps.slice(0, 6), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
});

for (const screen of [null, "unwatched"] as const) {
  Deno.test(`keepBrowser() blames no browser for a terminal that says ${screen}`, async () => {
    assert.equal((await play({ ms: 600_000, screen: () => screen })).started.length, 1);
  });
}

function sight(silentMs: number | null): ScreenAnswer {
  return { silentMs, size: null };
}

interface Play {
  readonly ms: number;
  readonly screen: (nowMs: number, startedAt: number) => ScreenAnswer;
  readonly endsAtOnce?: boolean;
}

async function play({ ms, screen, endsAtOnce = false }: Play) {
  const stop = new AbortController();
  const started: { readonly path: string; readonly atMs: number }[] = [];
  let nowMs = 0;
  let stopped = 0;
  await keepBrowser({
    browsers: [FIRST, SECOND],
    start({ path }) {
      started.push({ path, atMs: nowMs });
      return Promise.resolve({
        ended: endsAtOnce ? Promise.resolve(1) : new Promise<number>(() => {}),
        stop() {
          stopped++;
          return Promise.resolve();
        },
      });
    },
    askScreen: () => Promise.resolve(screen(nowMs, started.at(-1)?.atMs ?? 0)),
    nowMs: () => nowMs,
    async pause(waitMs, signal) {
      await Promise.resolve();
      await Promise.resolve();
      if (signal.aborted) return;
      nowMs += waitMs;
      if (nowMs >= ms) stop.abort();
    },
    log: SILENT_LOG,
  }, stop.signal);
  return { started, stopped };
}
