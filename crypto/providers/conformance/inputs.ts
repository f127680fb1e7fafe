import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type KeyHandle, SEAL_BYTES_MAX, type SmProvider } from "../../provider.ts";
import { DEFAULT_USER_ID, generateKeyPair, sign } from "../../sm2.ts";
import {
  check,
  flipped,
  getKey,
  MESSAGE,
  newKey,
  NOTHING,
  refuses,
  type Subject,
} from "./subject.ts";

const OPTIONS = { userId: DEFAULT_USER_ID };
/** What the compiler would refuse, and a message from elsewhere may hold. */
const NO_BYTES: readonly unknown[] = [
  "text",
  [1, 2, 3],
  null,
  undefined,
  7,
  new Uint16Array(8),
  new ArrayBuffer(16),
];

/** What comes in is what the contract says, is copied, and is given back as it was. */
export function checkInputs(subject: Subject): void {
  check(subject, "what is no Uint8Array is refused, whichever it is", async (provider) => {
    const signing = await getKey(provider, "conformance-sign");
    const decrypting = await getKey(provider, "conformance-decrypt");
    const data = await newKey(provider, { algorithm: "sm4", usage: "data" });
    const cipher = await newKey(provider, { algorithm: "sm4", usage: "cipher" });
    const mac = await newKey(provider, { algorithm: "sm4", usage: "mac" });
    const { publicKey } = generateKeyPair();
    const sealed = await provider.seal(data, MESSAGE, NOTHING);
    const works: readonly ((bad: Uint8Array) => Promise<unknown>)[] = [
      (bad) => provider.sm3(bad),
      (bad) => provider.sm3Stream().update(bad),
      (bad) => provider.sm2Verify(bad, MESSAGE, new Uint8Array(64), OPTIONS),
      (bad) => provider.sm2Verify(publicKey, bad, new Uint8Array(64), OPTIONS),
      (bad) => provider.sm2Verify(publicKey, MESSAGE, bad, OPTIONS),
      (bad) => provider.sm2Verify(publicKey, MESSAGE, new Uint8Array(64), { userId: bad }),
      (bad) => provider.sm2Encrypt(bad, MESSAGE),
      (bad) => provider.sm2Encrypt(publicKey, bad),
      (bad) => provider.sm2Sign(signing, bad, OPTIONS),
      (bad) => provider.sm2Sign(signing, MESSAGE, { userId: bad }),
      (bad) => provider.sm2Decrypt(decrypting, bad),
      (bad) => provider.seal(data, bad, NOTHING),
      (bad) => provider.seal(data, MESSAGE, bad),
      (bad) => provider.open(data, bad, NOTHING),
      (bad) => provider.open(data, sealed, bad),
      (bad) => provider.encrypt(cipher, { mode: "cbc" }, bad),
      (bad) => provider.decrypt(cipher, { mode: "cbc", iv: new Uint8Array(16) }, bad),
      (bad) => provider.decrypt(cipher, { mode: "cbc", iv: bad }, new Uint8Array(16)),
      (bad) => provider.mac(mac, "sm4_cmac", bad),
      (bad) => provider.verifyMac(mac, "sm4_cmac", bad, new Uint8Array(16)),
      (bad) => provider.verifyMac(mac, "sm4_cmac", MESSAGE, bad),
      ...await wrappingWorks(provider, decrypting, mac),
    ];
    for (const [number, work] of works.entries()) {
      for (const bad of NO_BYTES) {
        await refuses("invalid_argument", work(bad as Uint8Array)).catch((error: unknown) =>
          assert.fail(`work ${number} with ${String(bad)}: ${String(error)}`)
        );
      }
    }
  });

  check(subject, "options that are none are refused", async (provider) => {
    const signing = await getKey(provider, "conformance-sign");
    const cipher = await newKey(provider, { algorithm: "sm4", usage: "cipher" });
    const { publicKey } = generateKeyPair();
    for (const bad of [null, undefined, 1] as unknown as never[]) {
      await refuses("invalid_argument", provider.generateKey(bad));
      await refuses("invalid_argument", provider.sm2Sign(signing, MESSAGE, bad));
      await refuses(
        "invalid_argument",
        provider.sm2Verify(publicKey, MESSAGE, new Uint8Array(64), bad),
      );
      await refuses("invalid_argument", provider.encrypt(cipher, bad, MESSAGE));
    }
  });

  check(subject, "a caller's Buffer stays as it was", async (provider) => {
    const data = await newKey(provider, { algorithm: "sm4", usage: "data" });
    const mac = await newKey(provider, { algorithm: "sm4", usage: "mac" });
    const pool = Buffer.alloc(64, 0x31);
    const part = pool.subarray(16, 48);
    for (const method of ["sm4_cmac", "sm4_cbc", "sm4_pboc"] as const) {
      const value = await provider.mac(mac, method, part);
      assert.equal(
        await provider.verifyMac(mac, method, new Uint8Array(32).fill(0x31), value),
        true,
      );
    }
    const sealed = Buffer.from(await provider.seal(data, part, part));
    assert.deepEqual(new Uint8Array(await provider.open(data, sealed, part)), new Uint8Array(part));
    assert.ok(pool.every((byte) => byte === 0x31));
    const signing = await getKey(provider, "conformance-sign");
    const publicKey = Buffer.from(await provider.publicKey(signing));
    (await provider.publicKey(signing)).fill(0);
    const signature = Buffer.from(await provider.sm2Sign(signing, part, OPTIONS));
    assert.equal(await provider.sm2Verify(publicKey, part, signature, OPTIONS), true);
  });

  check(subject, "what verifies is what was given, whatever becomes of it", async (provider) => {
    const long = new Uint8Array(200_000);
    const { privateKey, publicKey } = generateKeyPair();
    const signature = sign(privateKey, long);
    const [key, bytes, userId] = [publicKey, signature, DEFAULT_USER_ID].map((all) => all.slice());
    assert.ok(key && bytes && userId);
    const good = provider.sm2Verify(key, long, bytes, { userId });
    for (const given of [key, bytes, userId]) given.fill(0);
    assert.equal(await good, true);
    const forged = flipped(signature, 9);
    const bad = provider.sm2Verify(publicKey, long, forged, OPTIONS);
    forged.set(signature);
    assert.equal(await bad, false);
    const macKey = await newKey(provider, { algorithm: "sm4", usage: "mac" });
    const mac = await provider.mac(macKey, "sm4_cmac", MESSAGE);
    const offered = flipped(mac, 3);
    const verified = provider.verifyMac(macKey, "sm4_cmac", MESSAGE, offered);
    offered.set(mac);
    assert.equal(await verified, false);
  });

  check(subject, "what is too large is not begun", async (provider) => {
    const decrypting = await getKey(provider, "conformance-decrypt");
    const data = await newKey(provider, { algorithm: "sm4", usage: "data" });
    const over = new Uint8Array(SEAL_BYTES_MAX + 98);
    await refuses("too_large", provider.sm2Decrypt(decrypting, over));
    await refuses("too_large", provider.seal(data, MESSAGE, over));
    await refuses("too_large", provider.open(data, new Uint8Array(28), over));
    if (!provider.info.capabilities.has("key_wrap")) return;
    const spec = { label: "large", algorithm: "sm4", usage: "data", leaves: "never" } as const;
    const root = await newKey(provider, { algorithm: "sm4", usage: "wrap" });
    const into = await newKey(provider, { algorithm: "sm4", usage: "import" });
    const large = new Uint8Array(1024);
    const sealed = { form: "sealed", context: MESSAGE } as const;
    await refuses("too_large", provider.unwrapKey(root, large, sealed, spec));
    await refuses("too_large", provider.unwrapKey(into, large, { form: "pad" }, spec));
    await refuses("too_large", provider.unwrapKeyWith(decrypting, large, spec));
    const context = new Uint8Array(65_537);
    const large2 = { form: "sealed", context } as const;
    await refuses("too_large", provider.unwrapKey(root, new Uint8Array(44), large2, spec));
  });

  Deno.test(`${subject.name}: a stream ends with its provider`, async () => {
    const provider = await subject.open();
    const stream = provider.sm3Stream();
    await stream.update(MESSAGE);
    const under = provider.sm3Stream();
    const late = under.update(new Uint8Array(200_000));
    const closing = provider[Symbol.asyncDispose]();
    await refuses("invalid_argument", late);
    await closing;
    await refuses("invalid_argument", stream.update(MESSAGE));
    await refuses("invalid_argument", stream.digest());
    await stream[Symbol.asyncDispose]();
    await under[Symbol.asyncDispose]();
  });
}

/** Of a provider whose keys can leave. */
async function wrappingWorks(
  provider: SmProvider,
  decrypting: KeyHandle,
  key: KeyHandle,
): Promise<readonly ((bad: Uint8Array) => Promise<unknown>)[]> {
  if (!provider.info.capabilities.has("key_wrap")) return [];
  const spec = { label: "taken", algorithm: "sm4", usage: "mac", leaves: "never" } as const;
  const root = await newKey(provider, { algorithm: "sm4", usage: "wrap" });
  const into = await newKey(provider, { algorithm: "sm4", usage: "import" });
  const pin = await newKey(provider, { algorithm: "sm4", usage: "pin" });
  const side = { key: pin, format: "sm4_16", pan: "6222021234567890123" } as const;
  const pad = { form: "pad" } as const;
  const sealed = { form: "sealed", context: MESSAGE } as const;
  const block = new Uint8Array(16);
  return [
    (bad) => provider.wrapKey(root, key, { form: "sealed", context: bad }),
    (bad) => provider.unwrapKey(root, bad, sealed, spec),
    (bad) => provider.unwrapKey(into, bad, pad, spec),
    (bad) => provider.unwrapKey(into, block, pad, { ...spec, checkValue: bad ?? null }),
    (bad) => provider.wrapKeyTo(bad, key),
    (bad) => provider.unwrapKeyWith(decrypting, bad, spec),
    (bad) => provider.translatePinBlock(side, side, bad),
  ];
}
