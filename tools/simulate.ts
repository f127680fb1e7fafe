/**
 * Plays visits with faults against the platform's decisions (level a) or the platform itself
 * (level b): `deno task simulate [--level a|b] [--visits N] [--from SEED]`, or one seed with all
 * that happens in it: `--seed N`. See docs/simulation.md.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { openReusedDatabase } from "../tests/simulation/platform/reused_database.ts";
import { scenarioOf } from "../tests/simulation/scenario.ts";
import {
  coreLevel,
  failureText,
  type Level,
  platformLevel,
  simulate,
  type Simulated,
} from "../tests/simulation/simulate.ts";
import { say } from "./say.ts";

const VISITS = { a: 50_000, b: 600 } as const;
const TOLD_EVERY_SEEDS = { a: 2_500, b: 10 } as const;

const OPTIONS = {
  level: { type: "string", default: "a" },
  visits: { type: "string" },
  from: { type: "string", default: "1" },
  seed: { type: "string" },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ args: Deno.args, options: OPTIONS });
  const name = values.level === "b" ? "b" : "a";
  await using database = name === "b" ? await openReusedDatabase() : null;
  const level = database ? platformLevel(database) : coreLevel();
  if (values.seed !== undefined) return await replay(level, Number(values.seed));
  const visits = Number(values.visits ?? VISITS[name]);
  const began = performance.now();
  const tell = async (soFar: Simulated) => {
    if (soFar.seeds % TOLD_EVERY_SEEDS[name] === 0) await say(summaryOf(soFar, began));
  };
  const tellFailed = (seed: number, broken: string) => say(`seed ${seed} failed: ${broken}`);
  const run = await simulate(level, { from: Number(values.from), visits, tell, tellFailed });
  for (const failure of run.failures) await say(failureText(failure));
  await say(`level ${name}, seeds from ${values.from}: ${summaryOf(run, began)}`);
  return run.failures.length === 0 ? 0 : 1;
}

function summaryOf({ visits, seeds, ends, failures }: Simulated, began: number): string {
  const seconds = (performance.now() - began) / 1_000;
  const cpu = process.cpuUsage().user / 1_000 / visits;
  const often = [...ends].map(([end, count]) => `${count} ${end}`).join(", ");
  return `${visits} visits from ${seeds} seeds in ${seconds.toFixed(0)} s, ` +
    `${cpu.toFixed(1)} ms of a core each; ${failures.length} seeds failed; ${often}`;
}

async function replay(level: Level, seed: number): Promise<number> {
  const result = await level.run(scenarioOf(seed, level.visitsPerSeed), { keepsLines: true });
  await say(result.lines.join("\n"));
  await say(`seed ${seed}, log ${result.digest}: ${result.broken ?? "sound"}`);
  return result.broken === null ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
