import type { Cancel, Timers } from "../timers.ts";

/** Often enough for a bar that moves, seldom enough for the platform's bound of requests. */
export const WATCH_MS = 2_000;

export interface Watch {
  /** Nothing happens when it is under way already. */
  start(): void;
  stop(): void;
}

interface WatchGiven {
  readonly timers: Timers;
  readonly look: () => Promise<void>;
  /** Asked after every look. */
  readonly isOver: () => boolean;
}

/** Looks again and again at something long, one look at a time, until it is over. */
export function watch({ timers, look, isOver }: WatchGiven): Watch {
  let cancel: Cancel | null = null;
  /** Counts up with every stop: a look that comes back later starts nothing. */
  let round = 0;

  function waitAndLook(): void {
    const mine = round;
    cancel = timers.after(WATCH_MS, async () => {
      await look();
      if (mine !== round) return;
      if (isOver()) cancel = null;
      else waitAndLook();
    });
  }

  return {
    start(): void {
      if (cancel === null && !isOver()) waitAndLook();
    },
    stop(): void {
      round++;
      cancel?.();
      cancel = null;
    },
  };
}
