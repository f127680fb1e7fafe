/** Contenders take turns, so that whatever the machine does meanwhile hits them alike. */
import type { Work } from "./work.ts";

export interface Pace {
  readonly rounds: number;
  /** Of one contender's turn; a call that takes longer is made once all the same. */
  readonly windowMs: number;
  readonly warmUpMs: number;
  /** Collects rubbish now. */
  readonly collect: () => void;
}

/** Calls per second of each turn, by contender: as many figures as rounds. */
export type Rates<Name extends string> = ReadonlyMap<Name, readonly number[]>;

/** V8's collector, which Deno hands out with `--v8-flags=--expose-gc` only. */
export function findCollector(): (() => void) | null {
  const collect: unknown = Reflect.get(globalThis, "gc");
  return typeof collect === "function" ? () => collect() : null;
}

/** Warmed up, and how often it is called in a turn. */
export interface Paced {
  readonly work: Work;
  /** Calls that fill a window. */
  readonly calls: number;
}

export async function takeTurns<Name extends string>(
  works: ReadonlyMap<Name, Work>,
  pace: Pace,
): Promise<Rates<Name>> {
  const paced = new Map<Name, Paced>();
  for (const [name, work] of works) paced.set(name, await warmUp(work, pace));
  const names = [...paced.keys()];
  const rates = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < pace.rounds; round++) {
    // Nobody is always the one after the slowest.
    const first = round % Math.max(1, names.length);
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const turn = paced.get(name);
      if (turn !== undefined) rates.get(name)?.push(await takeTurn(turn, pace));
    }
  }
  return rates;
}

/** Calls per second over about `windowMs`, warmed up before. */
export async function warmUp(work: Work, pace: Pace): Promise<Paced> {
  let calls = 1;
  for (let spentMs = 0;;) {
    const tookMs = await timeMs(work, calls);
    spentMs += tookMs;
    if (spentMs >= pace.warmUpMs) {
      return { work, calls: Math.max(1, Math.round(calls * pace.windowMs / tookMs)) };
    }
    if (tookMs < pace.windowMs) calls *= 2;
  }
}

/** Rubbish of the turn before is collected outside the measured time, one's own inside it. */
export async function takeTurn({ work, calls }: Paced, { collect }: Pace): Promise<number> {
  collect();
  return calls * 1_000 / await timeMs(work, calls);
}

async function timeMs(work: Work, calls: number): Promise<number> {
  const started = performance.now();
  if (work.kind === "now") {
    for (let call = 0; call < calls; call++) work.run();
  } else {
    for (let call = 0; call < calls; call++) await work.run();
  }
  return performance.now() - started;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/** The median of each round's own ratio: a slow moment hits both sides of it. */
export function medianRatio(rates: readonly number[], baseline: readonly number[]): number {
  return median(rates.map((rate, round) => rate / (baseline[round] ?? NaN)));
}
