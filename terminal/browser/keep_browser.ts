import type { Log } from "../../server/platform/log.ts";
import type { Pause } from "../../server/platform/pause.ts";
import type { ScreenSight } from "../screen_watch.ts";
import type { Browser } from "./browsers.ts";

/** From its start to the first picture, on the slowest terminals. */
const START_MS_MAX = 60_000;
/** Six signs of the page are missing by then. */
const SILENT_MS_MAX = 30_000;
const ASK_WAIT_MS = 5_000;
/** Of browsers that end at once; doubled with each. */
const AGAIN_MS_MIN = 1_000;
const AGAIN_MS_MAX = 30_000;
/** So often in a row a browser may fail before another one is tried. */
const FAILURES_OF_ONE_MAX = 3;

export interface RunningBrowser {
  /** Resolves with its exit code when the process is gone; never rejects. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/** "unwatched": this page gives no signs. Null: the terminal's process did not answer. */
export type ScreenAnswer = ScreenSight | "unwatched" | null;

export interface KeepDeps {
  readonly browsers: readonly Browser[];
  readonly start: (browser: Browser) => Promise<RunningBrowser>;
  readonly askScreen: () => Promise<ScreenAnswer>;
  readonly nowMs: () => number;
  readonly pause: Pause;
  readonly log: Log;
}

/** A browser with the screens, for ever: started anew when it ends or its picture stands still. */
export async function keepBrowser(deps: KeepDeps, signal: AbortSignal): Promise<void> {
  const { browsers, start, log, pause } = deps;
  for (let failures = 0; !signal.aborted;) {
    const browser = browsers[Math.floor(failures / FAILURES_OF_ONE_MAX) % browsers.length];
    if (!browser) throw new Error("Cannot show the screens: expected a browser");
    const running = await start(browser);
    log.info("Browser started", { browser: browser.path });
    const { why, drawn } = await watchBrowser(deps, running, signal);
    await running.stop();
    if (signal.aborted) return;
    failures = drawn ? 0 : failures + 1;
    log.error("Browser to be started anew", { browser: browser.path, why, failures });
    await pause(againMs(failures), signal);
  }
}

/** The first one after a picture comes at once: patients stand before it. */
function againMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** (failures - 1));
}

type Why = "ended" | "frozen" | "never drawn" | "told to stop";

async function watchBrowser(
  { askScreen, nowMs, pause }: KeepDeps,
  running: RunningBrowser,
  signal: AbortSignal,
): Promise<{ readonly why: Why; readonly drawn: boolean }> {
  const gone = new AbortController();
  void running.ended.then(() => gone.abort());
  const stop = AbortSignal.any([signal, gone.signal]);
  // A terminal's process that starts later than the browser leaves it its time, too.
  let waitingSince = nowMs();
  let drawn = false;
  while (!stop.aborted) {
    await pause(ASK_WAIT_MS, stop);
    if (stop.aborted) break;
    const answer = await askScreen();
    const sinceMs = nowMs() - waitingSince;
    if (answer === null || answer === "unwatched") waitingSince = nowMs();
    else if (isDrawn(answer, sinceMs)) drawn = true;
    else if (drawn && sinceMs > SILENT_MS_MAX) return { why: "frozen", drawn };
    else if (sinceMs > START_MS_MAX) return { why: "never drawn", drawn };
  }
  return { why: signal.aborted ? "told to stop" : "ended", drawn };
}

/** A sign from before this browser is none of it. */
function isDrawn({ silentMs }: ScreenSight, sinceMs: number): boolean {
  return silentMs !== null && silentMs <= SILENT_MS_MAX && silentMs < sinceMs;
}
