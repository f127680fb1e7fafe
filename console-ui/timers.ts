/** Where the console gets time from; passed in, so that tests need neither browser nor sleeping. */
export interface Timers {
  /** Milliseconds since the epoch on this machine's clock. */
  now(): number;
  after(waitMs: number, run: () => void): Cancel;
}

export type Cancel = () => void;

export function browserTimers(): Timers {
  return {
    now: () => Date.now(),
    after(waitMs, run) {
      const timer = setTimeout(run, waitMs);
      return () => clearTimeout(timer);
    },
  };
}
