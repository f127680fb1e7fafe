/**
 * Plays visits with faults against the platform's decisions (level a) or the platform itself
 * (level b): `deno task simulate [--level a|b] [--visits N] [--from SEED]`, or one seed with all
 * that happens in it: `--seed N`. See docs/simulation.md.
 */
import { parseArgs } from "node:util";
import { openReusedDatabase } from "../tests/simulation/platform/reused_database.ts";
import { scenarioOf } from "../tests/simulation/scenario.ts";
import {
  coreLevel,
  failureText,
  type Level,
  platformLevel,
  simulate,
} from "../tests/simulation/simulate.ts";
import { say } from "./say.ts";

const VISITS = { a: 50_000, b: 600 } as const;

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
  const { failures, ends, ...run } = await simulate(level, { from: Number(values.from), visits });
  const seconds = (performance.now() - began) / 1_000;
  for (const failure of failures) await say(failureText(failure));
  const often = [...ends].map(([end, count]) => `${count} ${end}`).join(", ");
  const rate = Math.round(run.visits / seconds);
  await say(
    `level ${name}: ${run.visits} visits from ${run.seeds} seeds in ${seconds.toFixed(1)} s`,
  );
  await say(`${rate} visits/s; orders: ${often}; ${failures.length} seeds failed`);
  return failures.length === 0 ? 0 : 1;
}

async function replay(level: Level, seed: number): Promise<number> {
  const result = await level.run(scenarioOf(seed, level.visitsPerSeed), { keepsLines: true });
  await say(result.lines.join("\n"));
  await say(`seed ${seed}, log ${result.digest}: ${result.broken ?? "sound"}`);
  return result.broken === null ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
