import type { Timers } from "../timers.ts";

interface Waiting {
  readonly id: number;
  readonly at: number;
  readonly run: () => void;
}

export interface ManualTimers extends Timers {
  /** Runs everything that falls due, in order, with the microtasks in between. */
  advance(byMs: number): Promise<void>;
}

export function manualTimers(startMs: number): ManualTimers {
  let nowMs = startMs;
  let lastId = 0;
  let waiting: readonly Waiting[] = [];

  function takeDue(untilMs: number): Waiting | undefined {
    const [due] = waiting.filter(({ at }) => at <= untilMs)
      .sort((left, right) => left.at - right.at || left.id - right.id);
    waiting = waiting.filter((each) => each !== due);
    return due;
  }

  return {
    now: () => nowMs,
    after(waitMs, run) {
      const id = ++lastId;
      waiting = [...waiting, { id, at: nowMs + waitMs, run }];
      return () => {
        waiting = waiting.filter((each) => each.id !== id);
      };
    },
    async advance(byMs) {
      const untilMs = nowMs + byMs;
      for (let due = takeDue(untilMs); due; due = takeDue(untilMs)) {
        nowMs = due.at;
        due.run();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
  };
}

/** Lets answers that are already there arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}
