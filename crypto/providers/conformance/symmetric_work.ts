import assert from "node:assert/strict";
import { computeMac, type MacMethod } from "../../mac.ts";
import { SEAL_BYTES_MAX, type SmProvider } from "../../provider.ts";
import { sm4Decrypt, sm4Encrypt, sm4Open, sm4Seal } from "../../sm4.ts";
import {
  check,
  flipped,
  hex,
  importKey,
  MESSAGE,
  newKey,
  NOTHING,
  refuses,
  type Subject,
} from "./subject.ts";

const SM4_KEY = hex("0123456789abcdeffedcba9876543210");
const HMAC_KEY = new Uint8Array(32).fill(0x5a);
const LENGTHS = [0, 1, 15, 16, 17, 31, 32, 1000, 40_000];

export function checkSymmetricWork(subject: Subject): void {
  check(subject, "open() gives back what seal() took, at any length", async (provider) => {
    const key = await newKey(provider, { algorithm: "sm4", usage: "data" });
    for (const length of LENGTHS) {
      const plaintext = new Uint8Array(length).map((_, at) => at);
      const sealed = await provider.seal(key, plaintext, MESSAGE);
      assert.equal(sealed.length, 12 + length + 16);
      assert.deepEqual(new Uint8Array(await provider.open(key, sealed, MESSAGE)), plaintext);
    }
    const most = new Uint8Array(SEAL_BYTES_MAX);
    assert.deepEqual(
      new Uint8Array(await provider.open(key, await provider.seal(key, most, NOTHING), NOTHING)),
      most,
    );
    await refuses("too_large", provider.seal(key, new Uint8Array(SEAL_BYTES_MAX + 1), NOTHING));
    await refuses("too_large", provider.open(key, new Uint8Array(SEAL_BYTES_MAX + 29), NOTHING));
  });

  check(
    subject,
    "open() refuses every changed byte, other data and another key",
    async (provider) => {
      const key = await newKey(provider, { algorithm: "sm4", usage: "data" });
      const other = await newKey(provider, { algorithm: "sm4", usage: "data" });
      const sealed = await provider.seal(key, MESSAGE, MESSAGE);
      for (let byte = 0; byte < sealed.length; byte++) {
        await refuses(
          "wrong_tag",
          provider.open(key, flipped(sealed, byte * 8 + byte % 8), MESSAGE),
        );
      }
      await refuses("wrong_tag", provider.open(key, sealed, NOTHING));
      await refuses("wrong_tag", provider.open(other, sealed, MESSAGE));
      await refuses("wrong_tag", provider.open(key, sealed.subarray(0, -1), MESSAGE));
      await refuses("wrong_length", provider.open(key, sealed.subarray(0, 27), MESSAGE));
      await refuses("wrong_length", provider.open(key, NOTHING, MESSAGE));
    },
  );

  check(subject, "seal() never takes a nonce twice", async (provider) => {
    const key = await newKey(provider, { algorithm: "sm4", usage: "data" });
    const nonces = new Set<string>();
    for (let round = 0; round < 100; round++) {
      nonces.add((await provider.seal(key, NOTHING, NOTHING)).subarray(0, 12).toHex());
    }
    assert.equal(nonces.size, 100);
  });

  check(subject, "decrypt() gives back what encrypt() took, in CBC and CTR", async (provider) => {
    const key = await newKey(provider, { algorithm: "sm4", usage: "cipher" });
    for (const mode of ["cbc", "ctr"] as const) {
      for (const length of LENGTHS) {
        const plaintext = new Uint8Array(length).map((_, at) => at);
        const { iv, ciphertext } = await provider.encrypt(key, { mode }, plaintext);
        assert.equal(ciphertext.length, mode === "cbc" ? length - length % 16 + 16 : length);
        const back = await provider.decrypt(key, { mode, iv }, ciphertext);
        assert.deepEqual(new Uint8Array(back), plaintext);
      }
      const { iv } = await provider.encrypt(key, { mode }, MESSAGE);
      assert.notDeepEqual((await provider.encrypt(key, { mode }, MESSAGE)).iv, iv);
      await refuses("wrong_length", provider.decrypt(key, { mode, iv: iv.subarray(1) }, iv));
    }
  });

  check(subject, "decrypt() refuses bad padding and partial blocks", async (provider) => {
    const key = await newKey(provider, { algorithm: "sm4", usage: "cipher" });
    const iv = new Uint8Array(16);
    const stream = await provider.decrypt(key, { mode: "ctr", iv }, new Uint8Array(16));
    // One block E(iv): as CBC under that iv it decrypts to zeros, which no padding ends with.
    await refuses("bad_padding", provider.decrypt(key, { mode: "cbc", iv }, stream));
    await refuses("wrong_length", provider.decrypt(key, { mode: "cbc", iv }, new Uint8Array(17)));
    await refuses("wrong_length", provider.decrypt(key, { mode: "cbc", iv }, NOTHING));
  });

  check(subject, "there is no ECB", async (provider) => {
    const key = await newKey(provider, { algorithm: "sm4", usage: "cipher" });
    const iv = new Uint8Array(16);
    for (const mode of ["ecb", "CBC", ""]) {
      const options = { mode: mode as "cbc" };
      await refuses("unknown_mode", provider.encrypt(key, options, iv));
      await refuses("unknown_mode", provider.decrypt(key, { ...options, iv }, iv));
    }
  });

  check(
    subject,
    "seal(), encrypt() and mac() are the standards' where the key is known",
    async (provider) => {
      if (!provider.info.capabilities.has("key_wrap")) {
        return await refuses("not_supported", importKnown(provider, SM4_KEY));
      }
      const key = await importKnown(provider, SM4_KEY);
      const sealed = await provider.seal(key, MESSAGE, SM4_KEY);
      const nonce = sealed.subarray(0, 12);
      const options = { key: SM4_KEY, nonce, aad: SM4_KEY };
      assert.deepEqual(new Uint8Array(sm4Open(options, sealed.subarray(12))), MESSAGE);
      const theirs = sm4Seal({ ...options, nonce: new Uint8Array(12) }, MESSAGE);
      const joined = new Uint8Array([...new Uint8Array(12), ...theirs]);
      assert.deepEqual(new Uint8Array(await provider.open(key, joined, SM4_KEY)), MESSAGE);
      const cipher = await importKey(provider, SM4_KEY, { algorithm: "sm4", usage: "cipher" });
      for (const [mode, padding] of [["cbc", "pkcs7"], ["ctr", "none"]] as const) {
        const { iv, ciphertext } = await provider.encrypt(cipher, { mode }, MESSAGE);
        const known = { mode, padding, key: SM4_KEY, iv };
        assert.deepEqual(new Uint8Array(sm4Decrypt(known, ciphertext)), MESSAGE);
        const back = await provider.decrypt(cipher, { mode, iv }, sm4Encrypt(known, MESSAGE));
        assert.deepEqual(new Uint8Array(back), MESSAGE);
      }
      const methods: readonly MacMethod[] = [
        "sm4_cmac",
        "sm4_cbc",
        "sm4_pboc",
        "sm4_unionpay_ecb",
      ];
      const macKey = await importKey(provider, SM4_KEY, { algorithm: "sm4", usage: "mac" });
      for (const method of methods) await checkMac(provider, macKey, method, SM4_KEY);
      const hmac = await importKey(provider, HMAC_KEY, { algorithm: "hmac_sm3", usage: "mac" });
      await checkMac(provider, hmac, "hmac_sm3", HMAC_KEY);
      const tdes = await importKey(provider, SM4_KEY, { algorithm: "tdes", usage: "mac" });
      for (const method of ["tdes_x9_19", "tdes_unionpay_ecb", "tdes_pboc"] as const) {
        await checkMac(provider, tdes, method, SM4_KEY);
      }
    },
  );

  check(subject, "verifyMac() takes a MAC of the length the caller says", async (provider) => {
    const key = await newKey(provider, { algorithm: "sm4", usage: "mac" });
    for (const method of ["sm4_cmac", "sm4_cbc", "sm4_pboc"] as const) {
      for (const size of [2, 16, 40, 64, 40_000]) {
        const data = new Uint8Array(size).fill(3);
        const mac = await provider.mac(key, method, data);
        assert.equal(mac.length, 16);
        for (const length of [4, 8, 16]) {
          const cut = mac.subarray(0, length);
          const verified = (offered: Uint8Array) =>
            provider.verifyMac(key, method, data, offered, { length });
          assert.equal(await verified(cut), true);
          assert.equal(await verified(flipped(cut, 25)), false);
          // How much of a MAC counts is never the sender's choice.
          assert.equal(await verified(mac.subarray(0, length - 1)), false);
          assert.equal(await verified(new Uint8Array([...cut, 0])), false);
          assert.equal(await verified(NOTHING), false);
          assert.equal(await provider.verifyMac(key, method, data, cut), length === 16);
        }
        assert.equal(await provider.verifyMac(key, method, data.subarray(1), mac), false);
      }
      for (const length of [0, 3, 17, 4.5, NaN, "8" as unknown as number]) {
        const asked = provider.verifyMac(key, method, MESSAGE, new Uint8Array(16), { length });
        await refuses("wrong_length", asked);
      }
    }
  });

  check(
    subject,
    "a UnionPay MAC of 3DES counts whole: it is four bytes in hex",
    async (provider) => {
      if (!provider.info.capabilities.has("tdes")) return;
      const key = await newKey(provider, { algorithm: "tdes", usage: "mac" });
      const mac = await provider.mac(key, "tdes_unionpay_ecb", MESSAGE);
      const verified = (length?: number) =>
        provider.verifyMac(
          key,
          "tdes_unionpay_ecb",
          MESSAGE,
          mac.subarray(0, length),
          length === undefined ? {} : { length },
        );
      assert.equal(await verified(), true);
      assert.equal(await verified(8), true);
      await refuses("wrong_length", verified(4));
    },
  );

  check(subject, "mac() of nothing needs a method that marks the end", async (provider) => {
    const key = await newKey(provider, { algorithm: "sm4", usage: "mac" });
    await refuses("wrong_length", provider.mac(key, "sm4_cbc", NOTHING));
    const cmac = await provider.mac(key, "sm4_cmac", NOTHING);
    assert.notDeepEqual(await provider.mac(key, "sm4_pboc", NOTHING), cmac);
  });

  check(subject, "mac() wants a key of the method's algorithm", async (provider) => {
    const key = await newKey(provider, { algorithm: "sm4", usage: "mac" });
    await refuses("wrong_usage", provider.mac(key, "hmac_sm3", MESSAGE));
    await refuses("wrong_usage", provider.mac(key, "tdes_x9_19", MESSAGE));
    await refuses("unknown_mode", provider.mac(key, "sm4" as MacMethod, MESSAGE));
    const most = new Uint8Array(SEAL_BYTES_MAX);
    assert.equal((await provider.mac(key, "sm4_cmac", most)).length, 16);
    const over = new Uint8Array(SEAL_BYTES_MAX + 1);
    await refuses("too_large", provider.mac(key, "sm4_cmac", over));
    const spec = { algorithm: "hmac_sm3", usage: "mac" } as const;
    if (!provider.info.capabilities.has("hmac_sm3")) {
      return await refuses("not_supported", newKey(provider, spec));
    }
    const hmac = await newKey(provider, { ...spec, label: "conformance-hmac" });
    assert.equal((await provider.mac(hmac, "hmac_sm3", MESSAGE)).length, 32);
    await refuses("wrong_usage", provider.mac(hmac, "sm4_cmac", MESSAGE));
  });
}

async function importKnown(provider: SmProvider, bytes: Uint8Array) {
  return await importKey(provider, bytes, { algorithm: "sm4", usage: "data" });
}

async function checkMac(
  provider: SmProvider,
  key: Awaited<ReturnType<typeof importKey>>,
  method: MacMethod,
  bytes: Uint8Array,
): Promise<void> {
  for (const data of [MESSAGE, new Uint8Array(48).fill(1), new Uint8Array(1001).fill(2)]) {
    const mac = await provider.mac(key, method, data);
    assert.deepEqual(new Uint8Array(mac), new Uint8Array(computeMac(method, bytes, data)), method);
    assert.equal(await provider.verifyMac(key, method, data, mac), true);
  }
}
