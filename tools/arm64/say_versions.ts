/** Runs on arm64: says what is there, and whether both engines know the known answers. */
import type { Engine } from "../../crypto/engine.ts";
import { openNativeEngine } from "../../crypto/providers/native.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { testEngine } from "../../crypto/known_answers.ts";
import { say } from "../say.ts";

/** Where Debian has it; the emulator looks into the folder given to it first. */
const LIBCRYPTO = "/usr/lib/aarch64-linux-gnu/libcrypto.so.3";

using native = openNativeEngine({ path: LIBCRYPTO });
using portable = portableEngine();
await say(`${Deno.build.arch}, Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`);
for (const engine of [native, portable]) await sayAnswers(engine);

async function sayAnswers(engine: Engine): Promise<void> {
  const tests = testEngine(engine);
  const failed = tests.filter(({ passed }) => !passed);
  await say(`${engine.version}: ${tests.length - failed.length} of ${tests.length} known answers`);
  for (const { name, detail } of failed) await say(`  ${name}: ${detail}`);
  if (failed.length > 0) Deno.exitCode = 1;
}
