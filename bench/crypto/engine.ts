import type { Engine } from "../../crypto/engine.ts";
import { randomBytes } from "../../crypto/bytes.ts";
import { DEFAULT_USER_ID } from "../../crypto/sm2.ts";
import { bytesOf, CBC, CTR, GCM, HMAC_KEY, KEY_PAIR, SM4_KEY } from "./inputs.ts";
import { type Contender, expectBytes, expectTrue, now } from "./work.ts";

/** Keys are kept between calls, but for the new one of `sm2_verify_new_key`. */
export function engineContender(engine: Engine): Contender {
  const sm4 = engine.sm4Key(SM4_KEY);
  const hmac = engine.hmacKey(HMAC_KEY);
  const privateKey = engine.sm2PrivateKey(KEY_PAIR.privateKey);
  const publicKey = engine.sm2PublicKey(KEY_PAIR.publicKey);
  return {
    name: engine.name,
    deeds: {
      sm3: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => engine.sm3(data));
      },
      hmac_sm3: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => hmac.mac(data));
      },
      sm4_cbc_encrypt: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm4.encrypt(CBC, data));
      },
      sm4_cbc_decrypt: (bytes) => {
        const ciphertext = sm4.encrypt(CBC, bytesOf(bytes));
        return now(() => sm4.decrypt(CBC, ciphertext));
      },
      sm4_ctr: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm4.encrypt(CTR, data));
      },
      sm4_gcm_seal: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => sm4.seal(GCM, data));
      },
      sm4_gcm_open: (bytes) => {
        const sealed = sm4.seal(GCM, bytesOf(bytes));
        return now(() => sm4.open(GCM, sealed));
      },
      sm2_keygen: () =>
        now(() => {
          const secret = randomBytes(32);
          // Below n whatever the rest is.
          secret[0] = 0;
          using key = engine.sm2PrivateKey(secret);
          return key.publicKey;
        }),
      sm2_sign: (bytes) => {
        const message = bytesOf(bytes);
        return now(() => privateKey.sign(message, DEFAULT_USER_ID));
      },
      sm2_verify_new_key: (bytes) => {
        const message = bytesOf(bytes);
        const signature = privateKey.sign(message, DEFAULT_USER_ID);
        return now(() => {
          using key = engine.sm2PublicKey(KEY_PAIR.publicKey);
          return expectTrue(key.verify(message, signature, DEFAULT_USER_ID));
        });
      },
      sm2_verify_kept_key: (bytes) => {
        const message = bytesOf(bytes);
        const signature = privateKey.sign(message, DEFAULT_USER_ID);
        return now(() => expectTrue(publicKey.verify(message, signature, DEFAULT_USER_ID)));
      },
      sm2_encrypt: (bytes) => {
        const data = bytesOf(bytes);
        return now(() => publicKey.encrypt(data));
      },
      sm2_decrypt: (bytes) => {
        const ciphertext = publicKey.encrypt(bytesOf(bytes));
        return now(() => expectBytes(privateKey.decrypt(ciphertext), bytes));
      },
    },
  };
}
