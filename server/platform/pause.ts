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
