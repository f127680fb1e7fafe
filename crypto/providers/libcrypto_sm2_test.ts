import assert from "node:assert/strict";
import { testLibcrypto } from "../../tests/libcrypto.ts";
import { DEFAULT_USER_ID } from "../sm2.ts";
import { Libcrypto } from "./libcrypto.ts";
import { NativeSm2PrivateKey, NativeSm2PublicKey } from "./libcrypto_sm2.ts";

const message = new Uint8Array(20).fill(3);
const secret = new Uint8Array(32).fill(5);

type Functions = Libcrypto["fn"];

/** What a library that is out of memory, or broken, does: the functions named fail. */
function breaking(library: Libcrypto, broken: Partial<Functions>): Disposable {
  const whole = library.fn;
  Object.defineProperty(library, "fn", { value: { ...whole, ...broken }, configurable: true });
  return {
    [Symbol.dispose]: () => {
      Object.defineProperty(library, "fn", { value: whole, configurable: true });
    },
  };
}

Deno.test("a key that could not be made ready is an error each time, and is used once it can", () => {
  using library = new Libcrypto(testLibcrypto());
  using privateKey = new NativeSm2PrivateKey(library, secret);
  using publicKey = new NativeSm2PublicKey(library, privateKey.publicKey);
  const live = library.liveObjects;
  const unavailable = { code: "unavailable", message: /EVP_PKEY_\w+_init failed in libcrypto/ };
  {
    using _broken = breaking(library, {
      EVP_PKEY_sign_init: () => 0,
      EVP_PKEY_verify_init: () => 0,
      EVP_PKEY_encrypt_init: () => -2,
      EVP_PKEY_decrypt_init: () => 0,
    });
    for (let round = 0; round < 2; round++) {
      const signature = new Uint8Array(64).fill(1);
      assert.throws(() => privateKey.sign(message, DEFAULT_USER_ID), unavailable);
      assert.throws(() => publicKey.verify(message, signature, DEFAULT_USER_ID), unavailable);
      assert.throws(() => publicKey.encrypt(message), unavailable);
      assert.throws(() => privateKey.decrypt(message), unavailable);
      assert.equal(library.liveObjects, live);
    }
  }
  const signature = privateKey.sign(message, DEFAULT_USER_ID);
  assert.ok(publicKey.verify(message, signature, DEFAULT_USER_ID));
});

Deno.test("verify() is no answer when the library failed to find one", () => {
  using library = new Libcrypto(testLibcrypto());
  using privateKey = new NativeSm2PrivateKey(library, secret);
  using publicKey = new NativeSm2PublicKey(library, privateKey.publicKey);
  const signature = privateKey.sign(message, DEFAULT_USER_ID);
  {
    using _broken = breaking(library, { EVP_PKEY_verify: () => -1 });
    const failed = { code: "unavailable", message: /EVP_PKEY_verify failed/ };
    assert.throws(() => publicKey.verify(message, signature, DEFAULT_USER_ID), failed);
  }
  assert.ok(publicKey.verify(message, signature, DEFAULT_USER_ID));
});
