/**
 * sm-crypto 0.5.8 as the baseline: given what it takes fastest (plain arrays), and no public key
 * when it signs, as most callers do.
 */
import { sm2, sm3, sm4 } from "../../tests/sm_crypto.ts";
import { bytesOf, HMAC_KEY, KEY_PAIR, SM4_IV, SM4_KEY } from "./inputs.ts";
import { type Contender, expectBytes, expectTrue, now } from "./work.ts";

const SIGNING = { hash: true };

export function smCrypto(): Contender {
  const privateKey = KEY_PAIR.privateKey.toHex();
  const publicKey = KEY_PAIR.publicKey.toHex();
  const key = [...SM4_KEY];
  const cbc = { mode: "cbc", iv: [...SM4_IV], padding: "pkcs#7", output: "array" } as const;
  const hmac = { key: [...HMAC_KEY] };
  const verification = (bytes: number) => {
    const message = [...bytesOf(bytes)];
    const signature = sm2.doSignature(message, privateKey, SIGNING);
    return now(() => expectTrue(sm2.doVerifySignature(message, signature, publicKey, SIGNING)));
  };
  return {
    name: "sm-crypto",
    deeds: {
      sm3: (bytes) => {
        const data = [...bytesOf(bytes)];
        return now(() => sm3(data));
      },
      hmac_sm3: (bytes) => {
        const data = [...bytesOf(bytes)];
        return now(() => sm3(data, hmac));
      },
      sm4_cbc_encrypt: (bytes) => {
        const data = [...bytesOf(bytes)];
        return now(() => sm4.encrypt(data, key, cbc));
      },
      sm4_cbc_decrypt: (bytes) => {
        const ciphertext = sm4.encrypt([...bytesOf(bytes)], key, cbc);
        return now(() => expectBytes(sm4.decrypt(ciphertext, key, cbc), bytes));
      },
      sm2_keygen: () => now(() => sm2.generateKeyPairHex()),
      sm2_sign: (bytes) => {
        const message = [...bytesOf(bytes)];
        return now(() => sm2.doSignature(message, privateKey, SIGNING));
      },
      sm2_verify_new_key: verification,
      // It keeps nothing: the same call.
      sm2_verify_kept_key: verification,
      sm2_encrypt: (bytes) => {
        const data = [...bytesOf(bytes)];
        return now(() => sm2.doEncrypt(data, publicKey, 1));
      },
      sm2_decrypt: (bytes) => {
        const ciphertext = sm2.doEncrypt([...bytesOf(bytes)], publicKey, 1);
        return now(() =>
          expectBytes(sm2.doDecrypt(ciphertext, privateKey, 1, { output: "array" }), bytes)
        );
      },
    },
  };
}
