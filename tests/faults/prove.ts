import { parseArgs } from "node:util";
import { say } from "../../tools/say.ts";
import { runFaults } from "./run_faults.ts";

/** `deno task prove:faults [--seed N] [--seconds S] [--rate V] [--logs folder]`: exit code 1 on any difference. */

const SEED_END = 1_000_000;

/** As often as each is played. */
const MODES = ["show_code", "show_code", "scan_code", "citizen_code", "card", "card"] as const;

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      seed: { type: "string", default: String(Math.floor(Math.random() * SEED_END)) },
      seconds: { type: "string", default: "180" },
      rate: { type: "string", default: "2.5" },
      logs: { type: "string" },
    },
  });
  const started = performance.now();
  const write = (line: string) => {
    const seconds = ((performance.now() - started) / 1_000).toFixed(1).padStart(6);
    return say(`${seconds} s  ${line}`);
  };
  const found = await runFaults({
    seed: Number(values.seed),
    seconds: Number(values.seconds),
    perSecond: Number(values.rate),
    payWaitMs: 25_000,
    working: 1,
    faultsPerSecond: 1.5,
    troubleRestMs: [4_000, 12_000],
    staySeconds: 20,
    drainSecondsMax: 240,
    mix: { modes: MODES, registrations: 0.25, deposits: 0.25 },
    ...(values.logs !== undefined && { logFolder: values.logs }),
    write,
  });
  for (const one of found) await write(`DIFFERENCE ${one}`);
  await write(found.length === 0 ? "all books agree" : `${found.length} differences`);
  return found.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
