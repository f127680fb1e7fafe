import assert from "node:assert/strict";
import type { KeySpec, SmProvider } from "../../provider.ts";
import { DEFAULT_USER_ID } from "../../sm2.ts";
import { checkAgreed } from "./agreement.ts";
import { getKey, importKey, MESSAGE, newKey, NOTHING } from "./subject.ts";

type MakeProvider = () => Promise<SmProvider>;

const OPTIONS = { userId: DEFAULT_USER_ID };
const OUT_AND_IN = ["export", "import"] as const;
const SHARED = new Uint8Array(16).fill(0x77);
const DATA: KeySpec = { label: "moved", algorithm: "sm4", usage: "data", leaves: "exported" };

/** Registers what two providers must do for each other, in both directions. */
export function workTogether(names: string, makeOne: MakeProvider, makeOther: MakeProvider): void {
  for (const turned of [false, true]) {
    const name = turned ? `${names}, turned round` : names;
    Deno.test(`${name}: one signs, the other verifies`, async () => {
      await using one = await (turned ? makeOther() : makeOne());
      await using other = await (turned ? makeOne() : makeOther());
      const key = await getKey(one, "conformance-sign");
      const publicKey = await one.publicKey(key);
      const signature = await one.sm2Sign(key, MESSAGE, OPTIONS);
      assert.equal(await other.sm2Verify(publicKey, MESSAGE, signature, OPTIONS), true);
      assert.equal(await other.sm2Verify(publicKey, NOTHING, signature, OPTIONS), false);
    });

    Deno.test(`${name}: one encrypts, the other decrypts`, async () => {
      await using one = await (turned ? makeOther() : makeOne());
      await using other = await (turned ? makeOne() : makeOther());
      const key = await getKey(other, "conformance-decrypt");
      const ciphertext = await one.sm2Encrypt(await other.publicKey(key), MESSAGE);
      assert.deepEqual(new Uint8Array(await other.sm2Decrypt(key, ciphertext)), MESSAGE);
    });
  }
}

/** The same of providers whose keys can leave. */
export function exchangeKeys(names: string, makeOne: MakeProvider, makeOther: MakeProvider): void {
  for (const form of [{ form: "sealed", context: MESSAGE }, { form: "pad" }] as const) {
    Deno.test(`${names}: one wraps a key (${form.form}), the other unwraps it`, async () => {
      await using one = await makeOne();
      await using other = await makeOther();
      const [out, back] = form.form === "pad" ? OUT_AND_IN : ["wrap", "wrap"] as const;
      const wrapping = await importKey(one, SHARED, { algorithm: "sm4", usage: out });
      const key = await one.generateKey(DATA);
      const wrapped = await one.wrapKey(wrapping, key, form);
      const unwrapping = await importKey(other, SHARED, { algorithm: "sm4", usage: back });
      const moved = await other.unwrapKey(unwrapping, wrapped, form, DATA);
      const sealed = await one.seal(key, MESSAGE, SHARED);
      assert.deepEqual(new Uint8Array(await other.open(moved, sealed, SHARED)), MESSAGE);
    });
  }

  Deno.test(`${names}: one wraps to the other's SM2 key`, async () => {
    await using one = await makeOne();
    await using other = await makeOther();
    const key = await one.generateKey({ ...DATA, usage: "mac" });
    const decrypting = await getKey(other, "conformance-decrypt");
    const wrapped = await one.wrapKeyTo(await other.publicKey(decrypting), key);
    const moved = await other.unwrapKeyWith(decrypting, wrapped, { ...DATA, usage: "mac" });
    const mac = await one.mac(key, "sm4_cmac", MESSAGE);
    assert.equal(await other.verifyMac(moved, "sm4_cmac", MESSAGE, mac), true);
  });

  Deno.test(`${names}: they agree on keys`, async () => {
    await using one = await makeOne();
    await using other = await makeOther();
    const spec = { algorithm: "sm2", usage: "agree" } as const;
    const alice = { provider: one, key: await newKey(one, spec) };
    await checkAgreed(alice, { provider: other, key: await newKey(other, spec) });
  });
}
