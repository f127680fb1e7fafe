import assert from "node:assert/strict";
import { runCryptoTests } from "../../tools/arm64/crypto_tests.ts";
import { emulatedVersions } from "../../tools/arm64/emulate.ts";
import { type Arm64Pieces, PiecesMissing, prepareArm64 } from "../../tools/arm64/pieces.ts";
import { say } from "../../tools/say.ts";
import { countsLine } from "../../tools/test_counts.ts";

/** Found on the boards that terminals are built on; `deno task prove:arm64-crypto` runs more. */
const CPU = "cortex-a72";
/** What differs with the processor: arithmetic, word order, the library. The rest is text. */
const FILES = ["crypto/sm2_test.ts", "crypto/sm2_agree_test.ts"];
const MS_MAX = 5 * 60_000;

Deno.test("crypto/ and libcrypto hold on an emulated arm64 processor", async () => {
  const pieces = await piecesOrNone();
  if (pieces === null) return;
  const versions = await emulatedVersions(pieces, CPU);
  await say(versions.said.trim());
  assert.ok(versions.success, versions.said);
  const run = { pieces, cpu: CPU, files: FILES, msMax: MS_MAX };
  const { success, counts, said } = await runCryptoTests(run);
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
