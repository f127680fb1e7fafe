import assert from "node:assert/strict";
import { DEFAULT_USER_ID } from "../../sm2.ts";
import type {
  KeyAlgorithm,
  KeyHandle,
  KeyLeaves,
  KeySpec,
  KeyUsage,
  SmProvider,
} from "../../provider.ts";
import { check, getKey, MESSAGE, newKey, NOTHING, refuses, type Subject } from "./subject.ts";

const OPTIONS = { userId: DEFAULT_USER_ID };
const DATA = { algorithm: "sm4", usage: "data", leaves: "never" } as const;

export function checkKeyLife(subject: Subject): void {
  check(subject, "a label's keys are versions, the newest is found", async (provider) => {
    assert.equal(await provider.findKey("conformance-none"), null);
    const spec = { ...DATA, label: "conformance-versions" };
    const first = await provider.generateKey(spec);
    const second = await provider.generateKey(spec);
    assert.deepEqual([first.version, second.version], [1, 2]);
    assert.deepEqual(await provider.findKey(spec.label), second);
    assert.deepEqual(await provider.findKey(spec.label, 1), first);
    assert.equal(await provider.findKey(spec.label, 3), null);
    const listed = await provider.listKeys();
    assert.deepEqual(listed.filter(({ label }) => label === spec.label), [first, second]);
    const sealed = await provider.seal(first, MESSAGE, NOTHING);
    await refuses("wrong_tag", provider.open(second, sealed, NOTHING));
  });

  check(subject, "a version is never given twice", async (provider) => {
    const spec = { ...DATA, label: "conformance-versions" };
    const first = await provider.generateKey(spec);
    await provider.destroyKey(first);
    assert.equal(await provider.findKey(spec.label), null);
    assert.equal((await provider.generateKey(spec)).version, 2);
    const made = await Promise.all([1, 2, 3].map(() => provider.generateKey(spec)));
    // Of a device's sessions the first one asked need not be the first to answer.
    assert.deepEqual(made.map(({ version }) => version).toSorted(), [3, 4, 5]);
  });

  check(
    subject,
    "a destroyed key is unknown, and destroying it twice is fine",
    async (provider) => {
      const key = await newKey(provider, DATA);
      const sealed = await provider.seal(key, MESSAGE, NOTHING);
      await provider.destroyKey(key);
      await provider.destroyKey(key);
      await refuses("unknown_key", provider.open(key, sealed, NOTHING));
      await refuses("unknown_key", provider.seal(key, MESSAGE, NOTHING));
      assert.equal(await provider.findKey(key.label), null);
    },
  );

  check(subject, "an ephemeral key works and is found nowhere", async (provider) => {
    const spec = { ...DATA, label: "conformance-ephemeral" };
    const kept = await provider.generateKey(spec);
    const key = await provider.generateKey({ ...spec, ephemeral: true });
    assert.equal(key.version, 1);
    const sealed = await provider.seal(key, MESSAGE, NOTHING);
    assert.deepEqual(new Uint8Array(await provider.open(key, sealed, NOTHING)), MESSAGE);
    assert.deepEqual(await provider.findKey(spec.label), kept);
    assert.equal((await provider.listKeys()).some(({ id }) => id === key.id), false);
    await provider.destroyKey(key);
    await refuses("unknown_key", provider.open(key, sealed, NOTHING));
  });

  check(subject, "a handle is opaque: what it says of itself changes nothing", async (provider) => {
    const key = await newKey(provider, DATA);
    assert.ok(Object.isFrozen(key));
    const fields = ["provider", "id", "label", "version", "algorithm", "usage"];
    assert.deepEqual(Object.keys(key).sort(), fields.sort());
    const signing = await getKey(provider, "conformance-sign");
    const publicKey = await provider.publicKey(signing);
    const { provider: name } = key;
    const handMades = [{ ...key }, { ...key, label: "another" }, Object.create(key), null, 7, {}];
    for (const handMade of [...handMades, { provider: name }, { provider: name, label: 7 }]) {
      await refuses("unknown_key", provider.seal(handMade, MESSAGE, NOTHING));
      await refuses("unknown_key", provider.destroyKey(handMade));
      await refuses("unknown_key", provider.checkValue(handMade));
      await refuses("unknown_key", provider.publicKey(handMade));
      await refuses("unknown_key", provider.sm2Decrypt(handMade, MESSAGE));
      if (!provider.info.capabilities.has("key_wrap")) continue;
      const sealed = { form: "sealed", context: NOTHING } as const;
      await refuses("unknown_key", provider.wrapKey(handMade, key, sealed));
      await refuses("unknown_key", provider.wrapKeyTo(publicKey, handMade));
    }
    await refuses("unknown_key", provider.sm2Sign({ ...signing }, MESSAGE, OPTIONS));
    await refuses("unknown_key", provider.publicKey({ ...signing }));
    assert.equal((await provider.seal(key, MESSAGE, NOTHING)).length, 28 + MESSAGE.length);
  });

  check(subject, "keys of others and of nobody are unknown", async (provider) => {
    const key = await newKey(provider, DATA);
    for (const other of [{ ...key, provider: "another" }, { ...key, id: "0".repeat(32) }]) {
      await refuses("unknown_key", provider.seal(other, MESSAGE, NOTHING));
      await refuses("unknown_key", provider.publicKey(other));
      await refuses("unknown_key", provider.mac(other, "sm4_cmac", MESSAGE));
      await refuses("unknown_key", provider.sm2Sign(other, MESSAGE, OPTIONS));
    }
    await refuses("unknown_key", provider.destroyKey({ ...key, provider: "another" }));
    assert.equal((await provider.seal(key, NOTHING, NOTHING)).length, 28);
  });

  check(subject, "every key does its one work and no other", async (provider) => {
    const sealed = new Uint8Array(28);
    const iv = new Uint8Array(16);
    const works:
      readonly (readonly [KeyAlgorithm, KeyUsage, (key: KeyHandle) => Promise<unknown>])[] = [
        ["sm2", "sign", (key) => provider.sm2Sign(key, MESSAGE, OPTIONS)],
        ["sm2", "decrypt", (key) => provider.sm2Decrypt(key, sealed)],
        ["sm4", "data", (key) => provider.seal(key, MESSAGE, NOTHING)],
        ["sm4", "data", (key) => provider.open(key, sealed, NOTHING)],
        ["sm4", "cipher", (key) => provider.encrypt(key, { mode: "cbc" }, MESSAGE)],
        ["sm4", "cipher", (key) => provider.decrypt(key, { mode: "ctr", iv }, MESSAGE)],
        ["sm4", "mac", (key) => provider.mac(key, "sm4_cmac", MESSAGE)],
        ["sm4", "mac", (key) => provider.verifyMac(key, "sm4_cmac", MESSAGE, iv)],
      ];
    for (const key of await keysOfEveryKind(provider)) {
      for (const [algorithm, usage, work] of works) {
        if (key.algorithm === algorithm && key.usage === usage) continue;
        await refuses("wrong_usage", work(key));
      }
      if (key.algorithm === "sm2") continue;
      await refuses("wrong_usage", provider.publicKey(key));
    }
  });

  check(subject, "checkValue() is of keys that authenticate nothing with it", async (provider) => {
    for (const key of await keysOfEveryKind(provider)) {
      const isOpen = ["sm4", "tdes"].includes(key.algorithm) &&
        !["data", "wrap"].includes(key.usage);
      if (isOpen) assert.equal((await provider.checkValue(key)).length, 8);
      else await refuses("wrong_usage", provider.checkValue(key));
    }
  });

  check(subject, "generateKey() refuses what no key can be", async (provider) => {
    const bad: readonly Partial<KeySpec>[] = [
      { label: "" },
      { label: "x".repeat(129) },
      { algorithm: "tdes" },
      { algorithm: "sm2" },
      { algorithm: "hmac_sm3" },
      { algorithm: "aes" as KeyAlgorithm },
      { usage: "sign" },
      { usage: "everything" as KeyUsage },
      { usage: "constructor" as KeyUsage },
      { algorithm: "constructor" as KeyAlgorithm },
      { algorithm: "tdes", usage: "wrap" },
      { algorithm: "hmac_sm3", usage: "cipher" },
      { label: "\ud800" },
      { label: 7 as unknown as string },
      { leaves: "always" as KeyLeaves },
      { leaves: true as unknown as KeyLeaves },
      { leaves: undefined as unknown as KeyLeaves },
      { ephemeral: 1 as unknown as boolean },
    ];
    for (const part of bad) {
      const spec = { ...DATA, label: "conformance-bad", ...part };
      await refuses("invalid_argument", provider.generateKey(spec));
    }
    assert.equal(await provider.findKey("conformance-bad"), null);
  });

  check(subject, "a spec counts as it was when it was given", async (provider) => {
    const spec = { ...DATA, label: "conformance-changed", ephemeral: false };
    const made = provider.generateKey(spec);
    Object.assign(spec, { label: "conformance-else", usage: "mac", ephemeral: true });
    const key = await made;
    assert.deepEqual([key.label, key.usage, key.version], ["conformance-changed", "data", 1]);
    assert.equal(await provider.findKey("conformance-changed"), key);
    let reads = 0;
    const turning = {
      ...DATA,
      get label() {
        return reads++ === 0 ? "conformance-first" : "conformance-later";
      },
    };
    assert.equal((await provider.generateKey(turning)).label, "conformance-first");
  });

  Deno.test(`${subject.name}: disposal ends all work`, async () => {
    const provider = await subject.open();
    const sign = await getKey(provider, "conformance-sign");
    const key = await newKey(provider, DATA);
    await provider[Symbol.asyncDispose]();
    await refuses("unavailable", provider.seal(key, MESSAGE, NOTHING));
    await refuses("unavailable", provider.sm2Sign(sign, MESSAGE, OPTIONS));
    await refuses("unavailable", provider.generateKey({ ...DATA, label: "late" }));
    await refuses("unavailable", provider.findKey("conformance-sign"));
    await refuses("unavailable", provider.listKeys());
    await refuses("unavailable", provider.sm3(MESSAGE));
    await refuses("unavailable", provider.random(1));
    await refuses("unavailable", provider.destroyKey(key));
    await provider[Symbol.asyncDispose]();
  });
}

/** One of each algorithm and usage that this provider can make. */
async function keysOfEveryKind(provider: SmProvider): Promise<KeyHandle[]> {
  const keys = [
    await getKey(provider, "conformance-sign"),
    await getKey(provider, "conformance-decrypt"),
    await newKey(provider, { algorithm: "sm4", usage: "data" }),
    await newKey(provider, { algorithm: "sm4", usage: "mac" }),
    await newKey(provider, { algorithm: "sm4", usage: "cipher" }),
  ];
  const { capabilities } = provider.info;
  if (capabilities.has("hmac_sm3")) {
    keys.push(await newKey(provider, { algorithm: "hmac_sm3", usage: "mac" }));
  }
  if (!capabilities.has("key_wrap")) return keys;
  keys.push(await newKey(provider, { algorithm: "sm4", usage: "wrap" }));
  for (const usage of ["export", "import", "pin"] as const) {
    keys.push(await newKey(provider, { algorithm: "sm4", usage }));
    keys.push(await newKey(provider, { algorithm: "tdes", usage }));
  }
  keys.push(await newKey(provider, { algorithm: "tdes", usage: "mac" }));
  keys.push(await newKey(provider, { algorithm: "sm2", usage: "agree" }));
  return keys;
}
