import { runCore, type RunOptions, type RunResult } from "./core/run_core.ts";
import type { ReusedDatabase } from "./platform/reused_database.ts";
import { runPlatform } from "./platform/run_platform.ts";
import { type Scenario, scenarioOf } from "./scenario.ts";
import { shrink } from "./shrink.ts";

/** Runs many seeds of one level, and says of the first that fails how it does. */

export interface Level {
  readonly name: "a" | "b";
  readonly visitsPerSeed: number;
  run(scenario: Scenario, options?: { readonly keepsLines?: boolean }): Promise<RunResult>;
}

export function coreLevel(options: Pick<RunOptions, "decisions"> = {}): Level {
  return {
    name: "a",
    visitsPerSeed: 20,
    run: (scenario, own) => Promise.resolve(runCore(scenario, { ...options, ...own })),
  };
}

export function platformLevel(database: ReusedDatabase): Level {
  return {
    name: "b",
    visitsPerSeed: 30,
    run: (scenario, own) => runPlatform(database, scenario, own),
  };
}

export interface Failure {
  readonly seed: number;
  readonly broken: string;
  /** As small as it could be made, with its own log. */
  readonly smallest: Scenario;
  readonly lines: readonly string[];
}

export interface Simulated {
  readonly visits: number;
  readonly seeds: number;
  readonly ends: ReadonlyMap<string, number>;
  readonly failures: readonly Failure[];
}

export interface SeedRange {
  readonly from: number;
  readonly visits: number;
  /** After each seed. */
  readonly tell?: (soFar: Simulated) => Promise<void>;
  /** At once, before the failure is made smaller, which may take minutes. */
  readonly tellFailed?: (seed: number, broken: string) => Promise<void>;
}

/** Seeds that fail before the rest is not worth the time. */
const FAILURES_MAX = 3;

export async function simulate(
  level: Level,
  { from, visits, tell, tellFailed }: SeedRange,
): Promise<Simulated> {
  const ends = new Map<string, number>();
  const failures: Failure[] = [];
  const seedsMax = Math.ceil(visits / level.visitsPerSeed);
  const soFar = (seeds: number) => ({
    visits: seeds * level.visitsPerSeed,
    seeds,
    ends,
    failures,
  });
  let seeds = 0;
  while (seeds < seedsMax && failures.length < FAILURES_MAX) {
    const seed = from + seeds++;
    const result = await level.run(scenarioOf(seed, level.visitsPerSeed));
    for (const [end, count] of result.ends) ends.set(end, (ends.get(end) ?? 0) + count);
    if (result.broken !== null) {
      await tellFailed?.(seed, result.broken);
      failures.push(await explain(level, seed, result.broken));
    }
    await tell?.(soFar(seeds));
  }
  return soFar(seeds);
}

/** The failure again, in as few visits as will show it. */
async function explain(level: Level, seed: number, broken: string): Promise<Failure> {
  const smallest = await shrink(
    scenarioOf(seed, level.visitsPerSeed),
    async (scenario) => (await level.run(scenario)).broken !== null,
  );
  const shown = await level.run(smallest, { keepsLines: true });
  return { seed, broken: shown.broken ?? broken, smallest, lines: shown.lines };
}

export function failureText({ seed, broken, smallest, lines }: Failure): string {
  const json = JSON.stringify({ visits: smallest.visits, troubles: smallest.troubles }, null, 1);
  return [`seed ${seed}: ${broken}`, json, ...lines].join("\n");
}
