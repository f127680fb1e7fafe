import type { Cancel, Timers } from "./timers.ts";

const BEAT_MS = 5_000;

interface Deps {
  readonly timers: Pick<Timers, "every">;
  /** Runs before the next picture is drawn, as `requestAnimationFrame` does. */
  readonly beforeFrame: (run: () => void) => void;
  readonly send: () => void;
}

/**
 * Signs of life of what patients see: each goes out only when a picture is drawn, so that a page
 * whose script runs but whose picture stands still is found out, too (`terminal/screen_watch.ts`).
 */
export function beatScreen({ timers, beforeFrame, send }: Deps): Cancel {
  let awaited = false;
  return timers.every(BEAT_MS, () => {
    if (awaited) return;
    awaited = true;
    beforeFrame(() => {
      awaited = false;
      send();
    });
  });
}
