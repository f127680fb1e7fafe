import assert from "node:assert/strict";
import { compareEngines } from "../../tools/arm64/crypto_tests.ts";
import { runEmulatedTests } from "../../tools/arm64/emulated_tests.ts";
import { type Arm64Pieces, prepareArm64 } from "../../tools/arm64/pieces.ts";
import { PiecesMissing } from "../../tools/arm64/pieces_missing.ts";
import { say } from "../../tools/say.ts";
import { countsLine } from "../../tools/test_counts.ts";

/** Found on the boards that terminals are built on; `deno task prove:arm64-crypto` runs more. */
const CPU = "cortex-a72";
/** What differs with the processor: arithmetic, word order, the library. The rest is text. */
const FILES = [
  "crypto/sm2_test.ts",
  "crypto/sm3_test.ts",
  "crypto/sm4_test.ts",
  "crypto/providers/native_test.ts",
];
const INPUTS = { symmetric: 5_000, sm2: 100 };
const MS_MAX = 5 * 60_000;

Deno.test("crypto/ and libcrypto hold on an emulated arm64 processor", async () => {
  const pieces = await piecesOrNone();
  if (pieces === null) return;
  const where = { pieces, cpu: CPU, msMax: MS_MAX };
  const comparison = await compareEngines({ ...where, ...INPUTS });
  await say(comparison.said.trim());
  assert.ok(comparison.success, comparison.said);
  const { success, counts, said } = await runEmulatedTests({ ...where, files: FILES });
  await say(countsLine(counts));
  assert.ok(success && counts.failed === 0 && counts.passed > 0, said);
});

async function piecesOrNone(): Promise<Arm64Pieces | null> {
  try {
    return await prepareArm64();
  } catch (thrown) {
    if (!(thrown instanceof PiecesMissing)) throw thrown;
    await say(`NOT RUN on arm64: ${thrown.message}`);
    return null;
  }
}
