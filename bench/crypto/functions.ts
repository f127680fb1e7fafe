import { desEncrypt } from "../../crypto/des.ts";
import { decrypt, encrypt, generateKeyPair, sign, Sm2Verifier, verify } from "../../crypto/sm2.ts";
import { hmacSm3, pbkdf2HmacSm3, sm3 } from "../../crypto/sm3.ts";
import { sm4Decrypt, sm4Encrypt, sm4Open, sm4Seal } from "../../crypto/sm4.ts";
import { bytesOf, CBC, CTR, GCM, HMAC_KEY, KEY_PAIR, SM4_IV, SM4_KEY, TDES_KEY } from "./inputs.ts";
import { PBKDF2_ITERATIONS } from "./rows.ts";
import { type Contender, expectBytes, expectTrue, now } from "./work.ts";

/** Every call is given its key, but for a verifier that was kept. */
export function functions(): Contender {
  const { privateKey, publicKey } = KEY_PAIR;
  const cbc = { ...CBC, key: SM4_KEY };
  const ctr = { ...CTR, key: SM4_KEY };
  const gcm = { ...GCM, key: SM4_KEY };
  return {
    name: "functions",
    deeds: {
      sm3: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm3(data));
      },
      hmac_sm3: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => hmacSm3(HMAC_KEY, data));
      },
      sm4_cbc_encrypt: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm4Encrypt(cbc, data));
      },
      sm4_cbc_decrypt: (bytes) => {
        const ciphertext = sm4Encrypt(cbc, bytesOf(bytes));
        return now(() => sm4Decrypt(cbc, ciphertext));
      },
      sm4_ctr: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm4Encrypt(ctr, data));
      },
      sm4_gcm_seal: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm4Seal(gcm, data));
      },
      sm4_gcm_open: (bytes) => {
        const sealed = sm4Seal(gcm, bytesOf(bytes));
        return now(() => sm4Open(gcm, sealed));
      },
      sm2_keygen: () => now(generateKeyPair),
      sm2_sign: (bytes) => {
        const message = bytesOf(bytes);
        return now(() => sign(privateKey, message));
      },
      sm2_verify_new_key: (bytes) => {
        const message = bytesOf(bytes);
        const signature = sign(privateKey, message);
        return now(() => expectTrue(verify(publicKey, message, signature)));
      },
      sm2_verify_kept_key: (bytes) => {
        const message = bytesOf(bytes);
        const signature = sign(privateKey, message);
        const verifier = new Sm2Verifier(publicKey);
        return now(() => expectTrue(verify(verifier, message, signature)));
      },
      sm2_encrypt: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => encrypt(publicKey, data));
      },
      sm2_decrypt: (bytes) => {
        const ciphertext = encrypt(publicKey, bytesOf(bytes));
        return now(() => expectBytes(decrypt(privateKey, ciphertext), bytes));
      },
      tdes_encrypt: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => desEncrypt({ mode: "ecb", key: TDES_KEY }, data));
      },
      pbkdf2: () => now(() => pbkdf2HmacSm3(HMAC_KEY, SM4_IV, PBKDF2_ITERATIONS, 16)),
    },
  };
}
