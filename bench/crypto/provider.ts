import type { KeyAlgorithm, KeyHandle, KeyUsage, SmProvider } from "../../crypto/provider.ts";
import { DEFAULT_USER_ID } from "../../crypto/sm2.ts";
import { bytesOf, GCM_AAD, KEY_PAIR } from "./inputs.ts";
import { type Contender, type ContenderName, expectBytes, expectTrue, later } from "./work.ts";

const USER = { userId: DEFAULT_USER_ID };

/** Handles only, everything awaited; IVs and nonces are made inside. */
export function providerContender(
  name: Extract<ContenderName, `provider/${string}`>,
  provider: SmProvider,
): Contender {
  const newKey = (algorithm: KeyAlgorithm, usage: KeyUsage): Promise<KeyHandle> =>
    provider.generateKey({
      label: `bench-${algorithm}-${usage}`,
      algorithm,
      usage,
      leaves: "never",
      ephemeral: true,
    });
  const symmetric = async (bytes: number, usage: KeyUsage) => ({
    data: bytesOf(bytes),
    key: await newKey("sm4", usage),
  });
  return {
    name,
    deeds: {
      sm3: (bytes) => {
        const data = bytesOf(bytes);
        return later(() => provider.sm3(data));
      },
      hmac_sm3: async (bytes) => {
        const data = bytesOf(bytes);
        const key = await newKey("hmac_sm3", "mac");
        return later(() => provider.mac(key, "hmac_sm3", data));
      },
      sm4_cbc_encrypt: async (bytes) => {
        const { key, data } = await symmetric(bytes, "cipher");
        return later(() => provider.encrypt(key, { mode: "cbc" }, data));
      },
      sm4_cbc_decrypt: async (bytes) => {
        const { key, data } = await symmetric(bytes, "cipher");
        const { iv, ciphertext } = await provider.encrypt(key, { mode: "cbc" }, data);
        return later(() => provider.decrypt(key, { mode: "cbc", iv }, ciphertext));
      },
      sm4_ctr: async (bytes) => {
        const { key, data } = await symmetric(bytes, "cipher");
        return later(() => provider.encrypt(key, { mode: "ctr" }, data));
      },
      sm4_gcm_seal: async (bytes) => {
        const { key, data } = await symmetric(bytes, "data");
        return later(() => provider.seal(key, data, GCM_AAD));
      },
      sm4_gcm_open: async (bytes) => {
        const { key, data } = await symmetric(bytes, "data");
        const sealed = await provider.seal(key, data, GCM_AAD);
        return later(() => provider.open(key, sealed, GCM_AAD));
      },
      sm2_keygen: () =>
        later(async () => {
          await provider.destroyKey(await newKey("sm2", "sign"));
        }),
      sm2_sign: async (bytes) => {
        const message = bytesOf(bytes);
        const key = await newKey("sm2", "sign");
        return later(() => provider.sm2Sign(key, message, USER));
      },
      sm2_verify_kept_key: async (bytes) => {
        const message = bytesOf(bytes);
        const key = await newKey("sm2", "sign");
        const publicKey = await provider.publicKey(key);
        const signature = await provider.sm2Sign(key, message, USER);
        return later(async () =>
          expectTrue(await provider.sm2Verify(publicKey, message, signature, USER))
        );
      },
      sm2_encrypt: (bytes) => {
        const data = bytesOf(bytes);
        return later(() => provider.sm2Encrypt(KEY_PAIR.publicKey, data));
      },
      sm2_decrypt: async (bytes) => {
        const key = await newKey("sm2", "decrypt");
        const ciphertext = await provider.sm2Encrypt(
          await provider.publicKey(key),
          bytesOf(bytes),
        );
        return later(async () => expectBytes(await provider.sm2Decrypt(key, ciphertext), bytes));
      },
    },
  };
}
