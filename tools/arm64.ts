/**
 * The tests of `crypto/` on arm64 processors by emulation, portable and native engine alike:
 * `deno task prove:arm64-crypto [cpu …]`. It prints what ran with which versions, and a table.
 */
import { table } from "../bench/figures.ts";
import { compareEngines, cryptoTestFiles } from "./arm64/crypto_tests.ts";
import { emulatorVersion } from "./arm64/emulate.ts";
import { type EmulatedTestResult, runEmulatedTests } from "./arm64/emulated_tests.ts";
import { prepareArm64 } from "./arm64/pieces.ts";
import { say } from "./say.ts";

/** Old and small, the common board, and the server core that is Kunpeng's and Yitian's relative. */
const CPUS = ["cortex-a53", "cortex-a72", "neoverse-n1"];
const INPUTS = { symmetric: 100_000, sm2: 1_000 };
/** Emulated code is some twenty times slower, and machines differ. */
const CPU_MS_MAX = 20 * 60_000;

async function main(cpus: readonly string[]): Promise<number> {
  const pieces = await prepareArm64();
  const files = await cryptoTestFiles();
  await say(await emulatorVersion(pieces));
  await say(pieces.packages.join(", "));
  const rows: string[][] = [];
  let went = true;
  for (const cpu of cpus) {
    const where = { pieces, cpu, msMax: CPU_MS_MAX };
    const comparison = await compareEngines({ ...where, ...INPUTS });
    await say(`\n· ${cpu}\n${comparison.said.trim()}`);
    const result = await runEmulatedTests({ ...where, files });
    if (!result.success) await say(result.said);
    went = went && comparison.success && result.success;
    rows.push(row(cpu, result));
  }
  await say(`\n${table(["cpu", `of ${files.length} test files`, "failed", "seconds"], rows)}`);
  return went ? 0 : 1;
}

function row(cpu: string, { counts, seconds }: EmulatedTestResult): string[] {
  return [cpu, `${counts.passed} passed`, `${counts.failed}`, seconds.toFixed(0)];
}

if (import.meta.main) Deno.exit(await main(Deno.args.length > 0 ? Deno.args : CPUS));
