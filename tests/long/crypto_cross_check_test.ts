import assert from "node:assert/strict";
import type { Engine } from "../../crypto/engine.ts";
import { findLibcrypto } from "../../crypto/providers/find_libcrypto.ts";
import { openNativeEngine } from "../../crypto/providers/native.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { crossCheckSm2, crossCheckSymmetric } from "../crypto_cross_check.ts";

/** The first that opens; where none does nothing would be proved, so the test fails. */
function openInstalled(): Engine {
  const reasons: string[] = [];
  for (const path of findLibcrypto()) {
    try {
      return openNativeEngine({ path });
    } catch (error) {
      reasons.push(String(error));
    }
  }
  return assert.fail(`No libcrypto opens: ${reasons.join("; ")}`);
}

Deno.test("portable and native agree on 1,000,000 random inputs of SM3 and SM4", () => {
  using native = openInstalled();
  const counts = crossCheckSymmetric({
    engines: [portableEngine(), native],
    seed: 20_261_122,
    count: 1_000_000,
  });
  assert.equal(counts.size, 15);
  assert.ok([...counts.values()].every((count) => count > 60_000), JSON.stringify([...counts]));
});

Deno.test("portable and native agree on 10,000 random inputs of SM2", () => {
  using native = openInstalled();
  const engines = [portableEngine(), native] as const;
  assert.equal(crossCheckSm2({ engines, seed: 32_918, count: 10_000 }), 30_000);
});

Deno.test("crossCheckSymmetric() and crossCheckSm2() notice an engine that differs", () => {
  const good = portableEngine();
  const odd: Engine = {
    ...good,
    // Wrong for one length in a hundred.
    sm3: (data) => good.sm3(data.length === 33 ? data.subarray(1) : data),
    sm2PublicKey(publicKey) {
      const key = good.sm2PublicKey(publicKey);
      return {
        verify: (message, signature, userId) =>
          message.length === 33 || key.verify(message, signature, userId),
        verifyDigest: (digest, signature) => key.verifyDigest(digest, signature),
        encrypt: (plaintext) => key.encrypt(plaintext),
        [Symbol.dispose]: () => key[Symbol.dispose](),
      };
    },
  };
  const check = { engines: [good, odd] as const, seed: 1, count: 10_000 };
  assert.throws(() => crossCheckSymmetric(check), /portable and portable differ on sm3, input/);
  assert.throws(() => crossCheckSm2({ ...check, count: 1000 }), /differ on SM2 input/);
});
