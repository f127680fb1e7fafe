/**
 * Runs on arm64 with two arguments, how many random inputs of SM3/SM4 and of SM2: says what is
 * there, whether both engines know the known answers, and whether they agree on the inputs.
 */
import type { Engine } from "../../crypto/engine.ts";
import { testEngine } from "../../crypto/known_answers.ts";
import { openNativeEngine } from "../../crypto/providers/native.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { crossCheckSm2, crossCheckSymmetric } from "../../tests/crypto_cross_check.ts";
import { testLibcrypto } from "../../tests/libcrypto.ts";
import { say } from "../say.ts";

const SEED = 20_261_122;
const [symmetricCount = 0, sm2Count = 0] = Deno.args.map(Number);

using native = openNativeEngine({ path: testLibcrypto() });
using portable = portableEngine();
const engines = [portable, native] as const;
await say(`${Deno.build.arch}, Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`);
for (const engine of engines) await sayAnswers(engine);
crossCheckSymmetric({ engines, seed: SEED, count: symmetricCount });
crossCheckSm2({ engines, seed: SEED, count: sm2Count });
await say(`both agree on ${symmetricCount} random inputs of SM3 and SM4, ${sm2Count} of SM2`);

async function sayAnswers(engine: Engine): Promise<void> {
  const tests = testEngine(engine);
  const failed = tests.filter(({ passed }) => !passed);
  await say(`${engine.version}: ${tests.length - failed.length} of ${tests.length} known answers`);
  for (const { name, detail } of failed) await say(`  ${name}: ${detail}`);
  if (failed.length > 0) Deno.exitCode = 1;
}
