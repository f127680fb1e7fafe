/** sm-crypto-v2 1.15.1 with its safe options (`hash: true`): what people move to. */
import { sm2, sm3, sm4 } from "sm-crypto-v2";
import { bytesOf, GCM_AAD, GCM_NONCE, HMAC_KEY, KEY_PAIR, SM4_IV, SM4_KEY } from "./inputs.ts";
import { type Contender, expectBytes, expectTrue, now } from "./work.ts";

const CBC = { mode: "cbc", iv: SM4_IV, padding: "pkcs#7", output: "array" } as const;
const GCM = { mode: "gcm", iv: GCM_NONCE, associatedData: GCM_AAD, output: "array" } as const;

export function smCryptoV2(): Contender {
  const privateKey = KEY_PAIR.privateKey.toHex();
  const publicKey = KEY_PAIR.publicKey.toHex();
  const signed = (bytes: number) => {
    const message = bytesOf(bytes);
    return { message, signature: sm2.doSignature(message, privateKey, { hash: true }) };
  };
  return {
    name: "sm-crypto-v2",
    deeds: {
      sm3: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm3(data));
      },
      hmac_sm3: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm3(data, { key: HMAC_KEY, mode: "hmac" }));
      },
      sm4_cbc_encrypt: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm4.encrypt(data, SM4_KEY, CBC));
      },
      sm4_cbc_decrypt: (bytes) => {
        const ciphertext = sm4.encrypt(bytesOf(bytes), SM4_KEY, CBC);
        return now(() => expectBytes(sm4.decrypt(ciphertext, SM4_KEY, CBC), bytes));
      },
      sm4_gcm_seal: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm4.encrypt(data, SM4_KEY, { ...GCM, outputTag: true }));
      },
      sm4_gcm_open: (bytes) => {
        const sealed = sm4.encrypt(bytesOf(bytes), SM4_KEY, { ...GCM, outputTag: true });
        // Without a tag it would not check one.
        const { tag } = sealed;
        if (tag === undefined) throw new Error("Cannot measure GCM without a tag: expected one");
        return now(() => expectBytes(sm4.decrypt(sealed.output, SM4_KEY, { ...GCM, tag }), bytes));
      },
      sm2_keygen: () => now(() => sm2.generateKeyPairHex()),
      sm2_sign: (bytes) => {
        const message = bytesOf(bytes);
        return now(() => sm2.doSignature(message, privateKey, { hash: true }));
      },
      sm2_verify_new_key: (bytes) => {
        const { message, signature } = signed(bytes);
        return now(() =>
          expectTrue(sm2.doVerifySignature(message, signature, publicKey, { hash: true }))
        );
      },
      sm2_verify_kept_key: (bytes) => {
        const { message, signature } = signed(bytes);
        const point = sm2.precomputePublicKey(publicKey);
        return now(() =>
          expectTrue(sm2.doVerifySignature(message, signature, point, { hash: true }))
        );
      },
      sm2_encrypt: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm2.doEncrypt(data, publicKey));
      },
      sm2_decrypt: (bytes) => {
        const ciphertext = sm2.doEncrypt(bytesOf(bytes), publicKey);
        return now(() =>
          expectBytes(sm2.doDecrypt(ciphertext, privateKey, 1, { output: "array" }), bytes)
        );
      },
    },
  };
}
