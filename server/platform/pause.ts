import { setImmediate } from "node:timers/promises";

/** Waits, or returns early when the signal aborts; never throws. Passed in, so that tests decide. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

export function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    }
  });
}

/** Lets what came meanwhile be seen to, at no cost in time. */
export async function nextTurn(): Promise<void> {
  await setImmediate();
}

/**
 * Until a query that was begun is on its way: the driver sends it behind the next turn of the event
 * loop, and the database is to work while we do.
 */
export async function letQueryOut(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
