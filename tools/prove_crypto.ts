/**
 * Proves the native engine on a given libcrypto: its known answers, and random inputs against our
 * TypeScript. `deno run -A tools/prove_crypto.ts [--library <path>] [--symmetric n] [--sm2 n]
 * [--seed n]`; without a path, on every libcrypto this system keeps where `findLibcrypto` looks.
 */
import { parseArgs } from "node:util";
import { testEngine } from "../crypto/known_answers.ts";
import { findLibcrypto } from "../crypto/providers/find_libcrypto.ts";
import { openNativeEngine } from "../crypto/providers/native.ts";
import { portableEngine } from "../crypto/providers/portable.ts";
import { crossCheckSm2, crossCheckSymmetric } from "../tests/crypto_cross_check.ts";
import { exists } from "./exists.ts";
import { say } from "./say.ts";
import { add, countsLine, NO_TESTS, type TestCounts } from "./test_counts.ts";

interface Proof {
  readonly path: string;
  readonly seed: number;
  /** Inputs of SM3 and SM4, and of SM2. */
  readonly symmetric: number;
  readonly sm2: number;
}

async function prove(proof: Proof): Promise<TestCounts> {
  using native = openNativeEngine({ path: proof.path });
  await say(`\n── ${native.version}`);
  for (const note of native.notes) await say(`note: ${note}`);
  for (const warning of native.warnings) await say(`warning: ${warning}`);
  const tests = testEngine(native);
  for (const { name, passed, detail } of tests) {
    if (!passed) await say(`FAILED ${name}: ${detail}`);
  }
  const failed = tests.filter(({ passed }) => !passed).length;
  await say(`${tests.length - failed} known answers passed, ${failed} failed`);
  const counts = add({ passed: tests.length - failed, failed }, await crossCheck(native, proof));
  await say(`${native.liveObjects()} native objects left`);
  return add(counts, native.liveObjects() === 0 ? { passed: 1, failed: 0 } : ONE_FAILED);
}

const ONE_FAILED: TestCounts = { passed: 0, failed: 1 };

/** Counts an algorithm as one, however many inputs it was compared on. */
async function crossCheck(
  native: ReturnType<typeof openNativeEngine>,
  { seed, symmetric, sm2 }: Proof,
): Promise<TestCounts> {
  const engines = [portableEngine(), native] as const;
  try {
    const counts = crossCheckSymmetric({ engines, seed, count: symmetric });
    const done = [...counts].map(([name, count]) => `${name} ${count}`).join(", ");
    await say(`agrees with ours on seed ${seed}: ${done}`);
    const compared = crossCheckSm2({ engines, seed, count: sm2 });
    await say(`agrees with ours on SM2: ${compared} verifications and decryptions`);
    return { passed: counts.size + 1, failed: 0 };
  } catch (thrown) {
    await say(`FAILED ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return ONE_FAILED;
  }
}

/** A library that is refused or cannot be loaded proves nothing, which is a failure too. */
async function proveOrSay(proof: Proof): Promise<TestCounts> {
  try {
    return await prove(proof);
  } catch (thrown) {
    await say(`FAILED ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return ONE_FAILED;
  }
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      library: { type: "string", multiple: true },
      symmetric: { type: "string", default: "100000" },
      sm2: { type: "string", default: "2000" },
      seed: { type: "string", default: "20261122" },
    },
  });
  const paths = values.library ?? await installed();
  let total = paths.length > 0 ? NO_TESTS : ONE_FAILED;
  if (paths.length === 0) await say(`No libcrypto in ${findLibcrypto().join(", ")}`);
  for (const path of paths) {
    const proof = {
      path,
      seed: Number(values.seed),
      symmetric: Number(values.symmetric),
      sm2: Number(values.sm2),
    };
    total = add(total, await proveOrSay(proof));
  }
  await say(`\n${countsLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}

async function installed(): Promise<string[]> {
  const found: string[] = [];
  for (const path of findLibcrypto()) if (await exists(path)) found.push(path);
  return found;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
