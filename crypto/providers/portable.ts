import type { Engine } from "../engine.ts";
import { Sm2Signer, Sm2Verifier } from "../sm2.ts";
import { HmacSm3Key, Sm3, sm3 } from "../sm3.ts";
import { Sm4 } from "../sm4.ts";

/** Our own TypeScript: everywhere Deno runs, without a library. */
export function portableEngine(): Engine {
  return {
    name: "portable",
    version: `Yikatong TypeScript on Deno ${Deno.version.deno}`,
    notes: [],
    warnings: [
      "SM4 by tables and SM2 on BigInt take time that depends on the data: keys are safe only " +
      "where nobody else measures this machine",
    ],
    sm3,
    sm3Stream: () => new Sm3(),
    hmacKey: (key) => new HmacSm3Key(key),
    sm4Key: (key) => new Sm4(key),
    sm2PrivateKey: (privateKey) => new Sm2Signer(privateKey),
    sm2PublicKey: (publicKey) => new Sm2Verifier(publicKey),
    [Symbol.dispose]() {},
  };
}
