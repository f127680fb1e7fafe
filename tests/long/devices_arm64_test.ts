import assert from "node:assert/strict";
import { DEVICE_TESTS, runDeviceTests } from "../../tools/arm64/device_tests.ts";
import { prepareArm64 } from "../../tools/arm64/pieces.ts";
import { PiecesMissing } from "../../tools/arm64/pieces_missing.ts";
import type { EmulatedTestResult } from "../../tools/arm64/emulated_tests.ts";
import { say } from "../../tools/say.ts";
import { countsLine } from "../../tools/test_counts.ts";

/** Found on the boards that terminals are built on. */
const CPU = "cortex-a72";
const MS_MAX = 5 * 60_000;

Deno.test("serial ports hold on an emulated arm64 processor", async () => {
  const result = await runOrNone();
  if (result === null) return;
  const { success, counts, said } = result;
  await say(`arm64 devices: ${countsLine(counts)}`);
  assert.ok(success && counts.failed === 0 && counts.passed >= DEVICE_TESTS.length, said);
  assert.doesNotMatch(said, /NOT RUN/);
});

async function runOrNone(): Promise<EmulatedTestResult | null> {
  try {
    return await runDeviceTests({ pieces: await prepareArm64(), cpu: CPU, msMax: MS_MAX });
  } catch (thrown) {
    if (!(thrown instanceof PiecesMissing)) throw thrown;
    await say(`NOT RUN on arm64: ${thrown.message}`);
    return null;
  }
}
