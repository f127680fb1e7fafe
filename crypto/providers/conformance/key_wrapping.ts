import assert from "node:assert/strict";
import { keyCheckValue } from "../../key_check.ts";
import type { KeyHandle, KeySpec, SmProvider, WrapForm } from "../../provider.ts";
import { decrypt, generateKeyPair } from "../../sm2.ts";
import { sm4Decrypt } from "../../sm4.ts";
import {
  check,
  flipped,
  getKey,
  hex,
  importKey,
  MESSAGE,
  newKey,
  NOTHING,
  refuses,
  type Subject,
} from "./subject.ts";

const SEALED: WrapForm = { form: "sealed", context: MESSAGE };
const PAD: WrapForm = { form: "pad" };
/** Published by a bank's integrator: master, wrapped work key, work key, check value (devices.md §3.4). */
const MASTER = hex("1234567890abcdefabcdef0987654321");
const WRAPPED = hex("3d66234c49e4296ff9c78d8bacbd6a76");
const WORK = hex("f351d490994603795c6ebee8faebb481");
const CHECK_VALUE = hex("861e83e31faebf10");
const TDES = hex("0123456789abcdeffedcba9876543210");

const DATA: KeySpec = {
  label: "conformance-wrapped",
  algorithm: "sm4",
  usage: "data",
  leaves: "exported",
};

export function checkKeyWrapping(subject: Subject): void {
  check(
    subject,
    "keys leave wrapped, or the provider says that they never do",
    async (provider) => {
      if (!provider.info.capabilities.has("key_wrap")) return await checkNeverLeaves(provider);
      const root = await newKey(provider, { algorithm: "sm4", usage: "wrap" });
      const out = await importKey(provider, MASTER, { algorithm: "sm4", usage: "export" });
      const into = await importKey(provider, MASTER, { algorithm: "sm4", usage: "import" });
      const key = await provider.generateKey(DATA);
      const sealed = await provider.seal(key, MESSAGE, NOTHING);
      for (
        const [wrapping, unwrapping, form] of [[root, root, SEALED], [out, into, PAD]] as const
      ) {
        const wrapped = await provider.wrapKey(wrapping, key, form);
        assert.equal(wrapped.length, form.form === "pad" ? 16 : 44);
        const back = await provider.unwrapKey(unwrapping, wrapped, form, DATA);
        assert.notEqual(back.id, key.id);
        assert.deepEqual(new Uint8Array(await provider.open(back, sealed, NOTHING)), MESSAGE);
      }
    },
  );

  checkWrapping(subject, "unwrapKey() opens a sealed key only as what it was", async (provider) => {
    const wrapping = await newKey(provider, { algorithm: "sm4", usage: "wrap" });
    const other = await newKey(provider, { algorithm: "sm4", usage: "wrap" });
    const wrapped = await provider.wrapKey(wrapping, await provider.generateKey(DATA), SEALED);
    const changes: readonly Partial<KeySpec>[] = [
      { label: "conformance-another" },
      { usage: "mac" },
      { usage: "wrap" },
    ];
    for (const change of changes) {
      const spec = { ...DATA, ...change };
      await refuses("wrong_tag", provider.unwrapKey(wrapping, wrapped, SEALED, spec));
    }
    const kept = await provider.unwrapKey(wrapping, wrapped, SEALED, { ...DATA, leaves: "never" });
    await refuses("wrong_usage", provider.wrapKey(wrapping, kept, SEALED));
    for (const context of [NOTHING, MESSAGE.subarray(1)]) {
      const form = { form: "sealed", context } as const;
      await refuses("wrong_tag", provider.unwrapKey(wrapping, wrapped, form, DATA));
    }
    for (let byte = 0; byte < wrapped.length; byte++) {
      const changed = flipped(wrapped, byte * 8 + byte % 8);
      await refuses("wrong_tag", provider.unwrapKey(wrapping, changed, SEALED, DATA));
    }
    await refuses("wrong_tag", provider.unwrapKey(other, wrapped, SEALED, DATA));
    await refuses("wrong_length", provider.unwrapKey(wrapping, WORK, SEALED, DATA));
  });

  checkWrapping(subject, "every kind of key can be sealed, SM2 keys too", async (provider) => {
    const wrapping = await newKey(provider, { algorithm: "sm4", usage: "wrap" });
    const out = await newKey(provider, { algorithm: "sm4", usage: "export" });
    for (const [algorithm, usage] of KINDS) {
      const leaves = usage === "wrap" ? "sealed" : "exported";
      const spec = { label: "conformance-kind", algorithm, usage, leaves } as const;
      const key = await provider.generateKey(spec);
      const wrapped = await provider.wrapKey(wrapping, key, SEALED);
      const back = await provider.unwrapKey(wrapping, wrapped, SEALED, spec);
      assert.deepEqual([back.algorithm, back.usage], [algorithm, usage]);
      if (algorithm === "sm2") {
        assert.deepEqual(await provider.publicKey(back), await provider.publicKey(key));
        await refuses("not_supported", provider.wrapKey(out, key, PAD));
      } else if (usage !== "data" && usage !== "wrap" && algorithm !== "hmac_sm3") {
        assert.deepEqual(await provider.checkValue(back), await provider.checkValue(key));
      }
    }
  });

  checkWrapping(
    subject,
    "keys leave as far as their spec says, only under keys for that",
    async (provider) => {
      const wrapping = await newKey(provider, { algorithm: "sm4", usage: "wrap" });
      const out = await newKey(provider, { algorithm: "sm4", usage: "export" });
      const into = await newKey(provider, { algorithm: "sm4", usage: "import" });
      const key = await provider.generateKey(DATA);
      const never = await provider.generateKey({ ...DATA, leaves: "never" });
      const sealed = await provider.generateKey({ ...DATA, leaves: "sealed" });
      const { publicKey } = generateKeyPair();
      await refuses("wrong_usage", provider.wrapKey(wrapping, never, SEALED));
      assert.equal((await provider.wrapKey(wrapping, sealed, SEALED)).length, 44);
      for (const kept of [never, sealed]) {
        await refuses("wrong_usage", provider.wrapKey(out, kept, PAD));
        await refuses("wrong_usage", provider.wrapKeyTo(publicKey, kept));
      }
      // Each form under its own usage: ECB under a root would be an oracle on it.
      await refuses("wrong_usage", provider.wrapKey(wrapping, key, PAD));
      await refuses("wrong_usage", provider.unwrapKey(wrapping, WRAPPED, PAD, DATA));
      for (const form of [SEALED, PAD]) {
        await refuses("wrong_usage", provider.wrapKey(into, key, form));
        await refuses("wrong_usage", provider.unwrapKey(out, WRAPPED, form, DATA));
      }
      await refuses("wrong_usage", provider.wrapKey(out, key, SEALED));
      await refuses("wrong_usage", provider.unwrapKey(into, new Uint8Array(44), SEALED, DATA));
      for (const form of ["", "ecb", undefined]) {
        const other = { form, context: NOTHING } as unknown as WrapForm;
        await refuses("invalid_argument", provider.wrapKey(wrapping, key, other));
        await refuses("invalid_argument", provider.unwrapKey(into, WRAPPED, other, DATA));
      }
      await refuses("wrong_usage", provider.wrapKey(key, key, SEALED));
      await refuses("wrong_usage", provider.unwrapKey(key, WRAPPED, PAD, DATA));
      const sign = await getKey(provider, "conformance-sign");
      await refuses("wrong_usage", provider.wrapKey(sign, key, SEALED));
      await refuses("wrong_usage", provider.unwrapKeyWith(sign, WRAPPED, DATA));
    },
  );

  checkWrapping(
    subject,
    "a bank's published work key unwraps with its check value",
    async (provider) => {
      const master = await importKey(provider, MASTER, { algorithm: "sm4", usage: "import" });
      const out = await importKey(provider, MASTER, { algorithm: "sm4", usage: "export" });
      const spec = { ...DATA, usage: "pin" } as const;
      for (const length of [3, 4, 8]) {
        const checkValue = CHECK_VALUE.subarray(0, length);
        const key = await provider.unwrapKey(master, WRAPPED, PAD, { ...spec, checkValue });
        assert.deepEqual(new Uint8Array(await provider.checkValue(key)), CHECK_VALUE);
        assert.deepEqual(new Uint8Array(await provider.wrapKey(out, key, PAD)), WRAPPED);
      }
      const unwrap = (checkValue: Uint8Array) =>
        provider.unwrapKey(master, WRAPPED, PAD, { ...spec, checkValue });
      await refuses("wrong_check_value", unwrap(flipped(CHECK_VALUE, 3)));
      await refuses("wrong_check_value", unwrap(flipped(CHECK_VALUE, 63)));
      await refuses("wrong_length", unwrap(CHECK_VALUE.subarray(0, 2)));
      await refuses("wrong_length", unwrap(new Uint8Array(9)));
      // A data key's E(0) is GCM's key: no check value is taken for one either.
      const asData = { ...DATA, checkValue: CHECK_VALUE };
      await refuses("invalid_argument", provider.unwrapKey(master, WRAPPED, PAD, asData));
      const block = new Uint8Array(16);
      await refuses("not_supported", provider.unwrapKey(master, block.subarray(1), PAD, spec));
    },
  );

  checkWrapping(subject, "3DES wraps 3DES and nothing stronger", async (provider) => {
    const master = await importKey(provider, TDES, { algorithm: "tdes", usage: "import" });
    const out = await importKey(provider, TDES, { algorithm: "tdes", usage: "export" });
    const work = await newKey(provider, { algorithm: "tdes", usage: "pin" });
    const wrapped = await provider.wrapKey(out, work, PAD);
    const spec = { ...DATA, algorithm: "tdes", usage: "pin" } as const;
    const checkValue = await provider.checkValue(work);
    const back = await provider.unwrapKey(master, wrapped, PAD, { ...spec, checkValue });
    assert.deepEqual(await provider.checkValue(back), checkValue);
    assert.deepEqual(
      new Uint8Array(await provider.checkValue(master)),
      new Uint8Array(keyCheckValue("tdes", TDES)),
    );
    const sm4 = await provider.generateKey(DATA);
    await refuses("not_supported", provider.wrapKey(out, sm4, PAD));
    await refuses("not_supported", provider.unwrapKey(master, wrapped, PAD, DATA));
  });

  checkWrapping(subject, "a new 3DES key has odd parity", async (provider) => {
    const master = await importKey(provider, MASTER, { algorithm: "sm4", usage: "export" });
    const key = await newKey(provider, { algorithm: "tdes", usage: "pin" });
    const wrapped = await provider.wrapKey(master, key, PAD);
    const bytes = sm4Decrypt({ mode: "ecb", key: MASTER, padding: "none" }, wrapped);
    const ones = [...bytes].map((byte) => byte.toString(2).replaceAll("0", "").length);
    assert.ok(ones.every((count) => count % 2 === 1));
  });

  checkWrapping(subject, "wrapKeyTo() is for the holder of the SM2 key alone", async (provider) => {
    const { privateKey, publicKey } = generateKeyPair();
    const key = await importKey(provider, WORK, { algorithm: "sm4", usage: "pin" });
    const wrapped = await provider.wrapKeyTo(publicKey, key);
    assert.deepEqual(new Uint8Array(decrypt(privateKey, wrapped)), WORK);
    const decrypting = await getKey(provider, "conformance-decrypt");
    await refuses("decryption_failed", provider.unwrapKeyWith(decrypting, wrapped, DATA));
    await refuses("invalid_point", provider.wrapKeyTo(flipped(publicKey, 500), key));
  });

  checkWrapping(subject, "what is no key does not become one", async (provider) => {
    const zeros = new Uint8Array(32);
    const takeIn = (bytes: Uint8Array, spec: Pick<KeySpec, "algorithm" | "usage">) =>
      importKey(provider, bytes, spec);
    await refuses("wrong_length", takeIn(zeros, { algorithm: "sm4", usage: "data" }));
    await refuses("wrong_length", takeIn(TDES, { algorithm: "hmac_sm3", usage: "mac" }));
    await refuses("invalid_key", takeIn(zeros, { algorithm: "sm2", usage: "sign" }));
    await refuses("wrong_length", takeIn(TDES, { algorithm: "sm2", usage: "sign" }));
    await refuses("wrong_length", takeIn(zeros, { algorithm: "tdes", usage: "pin" }));
    const same = new Uint8Array([...TDES.subarray(0, 8), ...TDES.subarray(0, 8)]);
    await refuses("invalid_key", takeIn(same, { algorithm: "tdes", usage: "pin" }));
    const single = TDES.subarray(0, 8);
    await refuses("wrong_length", takeIn(single, { algorithm: "tdes", usage: "pin" }));
    assert.ok(await takeIn(single, { algorithm: "tdes", usage: "mac" }));
    assert.equal(await provider.findKey("conformance-imported", 2), null);
  });

  checkPinBlocks(subject);
}

function checkPinBlocks(subject: Subject): void {
  check(
    subject,
    "translatePinBlock() changes key and format, and shows no PIN",
    async (provider) => {
      if (!provider.info.capabilities.has("pin_translation")) {
        const key = await newKey(provider, { algorithm: "sm4", usage: "mac" });
        const side = { key, format: "sm4_16", pan: "6222021234567890123" } as const;
        return await refuses("not_supported", provider.translatePinBlock(side, side, WRAPPED));
      }
      const pan = "6222021234567890123";
      const pad = await importKey(provider, TDES, { algorithm: "tdes", usage: "pin" });
      const host = await importKey(provider, WORK, { algorithm: "sm4", usage: "pin" });
      const from = { key: pad, format: "iso9564_0", pan } as const;
      const to = { key: host, format: "sm4_16", pan } as const;
      const block = hex("2a084c604973d4ae");
      const translated = await provider.translatePinBlock(from, to, block);
      const clear = sm4Decrypt({ mode: "ecb", key: WORK, padding: "none" }, translated);
      assert.equal(clear.toHex(), "06123456ffffffffffffedcba9876fed");
      const back = await provider.translatePinBlock(to, from, translated);
      assert.deepEqual(new Uint8Array(back), block);
      const swapped = { ...from, format: "sm4_16" } as const;
      await refuses("wrong_usage", provider.translatePinBlock(swapped, to, translated));
      const data: KeyHandle = await provider.generateKey(DATA);
      await refuses("wrong_usage", provider.translatePinBlock(from, { ...to, key: data }, block));
    },
  );
}

const KINDS = [
  ["sm2", "sign"],
  ["sm2", "decrypt"],
  ["sm2", "agree"],
  ["sm4", "wrap"],
  ["sm4", "export"],
  ["sm4", "import"],
  ["sm4", "data"],
  ["sm4", "cipher"],
  ["sm4", "mac"],
  ["sm4", "pin"],
  ["hmac_sm3", "mac"],
  ["tdes", "export"],
  ["tdes", "import"],
  ["tdes", "mac"],
  ["tdes", "pin"],
] as const;

/** Of a provider whose keys can leave; what the others answer instead, one test says for all. */
function checkWrapping(
  subject: Subject,
  behaviour: string,
  run: (provider: SmProvider) => Promise<void>,
): void {
  check(subject, behaviour, async (provider) => {
    if (provider.info.capabilities.has("key_wrap")) return await run(provider);
    await checkNeverLeaves(provider);
  });
}

async function checkNeverLeaves(provider: SmProvider): Promise<void> {
  const { publicKey } = generateKeyPair();
  const spec = { ...DATA, leaves: "never" } as const;
  const key = await provider.generateKey(spec);
  await refuses("not_supported", provider.generateKey(DATA));
  await refuses("not_supported", provider.generateKey({ ...DATA, leaves: "sealed" }));
  await refuses("not_supported", provider.wrapKey(key, key, SEALED));
  await refuses("not_supported", provider.unwrapKey(key, WRAPPED, PAD, spec));
  await refuses("not_supported", provider.wrapKeyTo(publicKey, key));
  await refuses("not_supported", provider.unwrapKeyWith(key, WRAPPED, spec));
}
