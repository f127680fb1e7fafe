import type { Timers } from "../timers.ts";

interface Waiting {
  readonly id: number;
  readonly at: number;
  readonly periodMs: number | null;
  readonly run: () => void;
}

export interface ManualTimers extends Timers {
  /** Runs everything that falls due, in order, with the microtasks in between. */
  advance(byMs: number): Promise<void>;
}

export function manualTimers(startMs: number): ManualTimers {
  let nowMs = startMs;
  let lastId = 0;
  let waiting: Waiting[] = [];

  function add(waitMs: number, periodMs: number | null, run: () => void): () => void {
    const id = ++lastId;
    waiting.push({ id, at: nowMs + waitMs, periodMs, run });
    return () => {
      waiting = waiting.filter((each) => each.id !== id);
    };
  }

  function takeDue(untilMs: number): Waiting | undefined {
    const due = waiting.filter((each) => each.at <= untilMs)
      .sort((left, right) => left.at - right.at || left.id - right.id)[0];
    if (!due) return undefined;
    waiting = waiting.filter((each) => each.id !== due.id);
    if (due.periodMs !== null) waiting.push({ ...due, at: due.at + due.periodMs });
    return due;
  }

  return {
    now: () => nowMs,
    after: (waitMs, run) => add(waitMs, null, run),
    every: (periodMs, run) => add(periodMs, periodMs, run),
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
