import assert from "node:assert/strict";
import { CryptoError, type CryptoErrorCode } from "../errors.ts";
import type { StoredKey } from "../key_store.ts";
import { DEFAULT_USER_ID } from "../sm2.ts";
import { portableEngine } from "./portable.ts";
import { SealCounter } from "./sealing.ts";
import { SoftwareProvider, type SoftwareProviderOptions } from "./software.ts";

const OPTIONS = { userId: DEFAULT_USER_ID };
const MESSAGE = new TextEncoder().encode("message");
const DATA = { label: "data", algorithm: "sm4", usage: "data", leaves: "never" } as const;
const SIGN = { label: "sign", algorithm: "sm2", usage: "sign", leaves: "never" } as const;
const STORED: StoredKey = {
  ...DATA,
  id: "stored",
  version: 3,
  createdAt: "2026-11-22T08:00:00.000Z",
  bytes: new Uint8Array(16).fill(5),
};

function open(options: Partial<SoftwareProviderOptions> = {}): SoftwareProvider {
  return new SoftwareProvider(portableEngine(), {
    name: "software",
    onKeysChanged: () => Promise.resolve(),
    ...options,
  });
}

async function refuses(code: CryptoErrorCode, work: Promise<unknown>): Promise<CryptoError> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  assert.ok(error instanceof CryptoError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
}

Deno.test("SoftwareProvider takes stored keys by label and version, with bytes of its own", async () => {
  const bytes = new Uint8Array(16).fill(5);
  await using provider = open({ keys: [{ ...STORED, bytes }] });
  bytes.fill(0);
  const key = await provider.findKey("data");
  assert.deepEqual({ ...key }, {
    provider: "software",
    id: "stored",
    label: "data",
    version: 3,
    algorithm: "sm4",
    usage: "data",
  });
  await using other = open({ keys: [STORED] });
  const same = await other.findKey("data");
  assert.ok(key && same);
  const sealed = await provider.seal(key, MESSAGE, MESSAGE);
  assert.deepEqual(new Uint8Array(await other.open(same, sealed, MESSAGE)), MESSAGE);
  await refuses("unknown_key", other.open(key, sealed, MESSAGE));
  assert.equal((await provider.generateKey(DATA)).version, 4);
});

Deno.test("findKey() passes over retired keys unless their version is asked for", async () => {
  const retired = { ...STORED, id: "old", version: 4, retiredAt: "2026-11-23T08:00:00.000Z" };
  await using provider = open({ keys: [STORED, retired] });
  assert.equal((await provider.findKey("data"))?.version, 3);
  assert.equal((await provider.findKey("data", 4))?.id, "old");
  assert.equal((await provider.generateKey(DATA)).version, 5);
});

Deno.test("new SoftwareProvider() refuses stored keys that cannot be", () => {
  const bad: readonly (readonly [Partial<StoredKey>, CryptoErrorCode])[] = [
    [{ bytes: new Uint8Array(15) }, "wrong_length"],
    [{ algorithm: "sm2", usage: "sign", bytes: new Uint8Array(32) }, "invalid_key"],
    [{ usage: "sign" }, "invalid_argument"],
    [{ version: 0 }, "invalid_argument"],
    [{ label: "" }, "invalid_argument"],
  ];
  for (const [part, code] of bad) {
    assert.throws(() => open({ keys: [{ ...STORED, ...part }] }), { code });
  }
  const twice = [STORED, { ...STORED, id: "another" }];
  assert.throws(() => open({ keys: twice }), { code: "invalid_argument" });
});

Deno.test("loadKeys() adds what was stored meanwhile and leaves the rest alone", async () => {
  await using provider = open({ keys: [STORED] });
  const handle = await provider.findKey("data");
  assert.ok(handle);
  const sealed = await provider.seal(handle, MESSAGE, MESSAGE);
  const newer = { ...STORED, id: "newer", version: 4, bytes: new Uint8Array(16).fill(6) };
  await provider.loadKeys([{ ...STORED, bytes: new Uint8Array(16) }, newer]);
  assert.equal((await provider.findKey("data"))?.id, "newer");
  assert.deepEqual(new Uint8Array(await provider.open(handle, sealed, MESSAGE)), MESSAGE);
  assert.equal(await provider.findKey("data", 3), handle);
});

Deno.test("loadKeys() brings no destroyed key back, whatever an older store says", async () => {
  const gate = Promise.withResolvers<void>();
  await using provider = open({ keys: [STORED], onKeysChanged: () => gate.promise });
  const handle = await provider.findKey("data");
  assert.ok(handle);
  const destroying = provider.destroyKey(handle);
  const bytes = new Uint8Array(16).fill(5);
  const loading = provider.loadKeys([{ ...STORED, bytes }]);
  bytes.fill(0);
  gate.resolve();
  await Promise.all([destroying, loading]);
  assert.equal(await provider.findKey("data"), null);
  await provider.loadKeys([STORED]);
  assert.deepEqual(await provider.listKeys(), []);
  await refuses("unknown_key", provider.seal(handle, MESSAGE, MESSAGE));
});

Deno.test("loadKeys() retires the keys that were retired meanwhile", async () => {
  const older = { ...STORED, id: "older", version: 2 };
  await using provider = open({ keys: [older, STORED] });
  const handle = await provider.findKey("data");
  assert.equal(handle?.version, 3);
  const retired = { ...STORED, retiredAt: "2026-11-23T08:00:00.000Z" };
  await provider.loadKeys([older, retired]);
  assert.equal((await provider.findKey("data"))?.version, 2);
  assert.equal(await provider.findKey("data", 3), handle);
  const stored: (string | undefined)[] = [];
  await using other = open({
    keys: [STORED],
    onKeysChanged: (keys) => Promise.resolve(void stored.push(...keys.map((key) => key.retiredAt))),
  });
  await other.loadKeys([retired]);
  await other.generateKey({ ...DATA, label: "another" });
  assert.deepEqual(stored, [retired.retiredAt, undefined]);
});

Deno.test("loadKeys() takes all or none, and no other key for a version it has", async () => {
  await using provider = open({ keys: [STORED] });
  const good = { ...STORED, id: "good", version: 4 };
  const bad = [
    { ...STORED, id: "other" },
    { ...good, id: "twin" },
    { ...good, version: 5 },
    { ...STORED, id: "bad", version: 0 },
    { ...STORED, id: "bad", version: 6, label: "" },
  ];
  for (const key of bad) await refuses("invalid_argument", provider.loadKeys([good, key]));
  const short = { ...good, id: "short", version: 5, bytes: new Uint8Array(15) };
  await refuses("wrong_length", provider.loadKeys([good, short]));
  assert.equal((await provider.listKeys()).length, 1);
  await provider.loadKeys([good]);
  assert.equal((await provider.listKeys()).length, 2);
});

Deno.test("a key that nobody stores is not kept", async () => {
  await using provider = new SoftwareProvider(portableEngine(), { name: "software" });
  const error = await refuses("invalid_argument", provider.generateKey(DATA));
  assert.match(error.message, /ephemeral/);
  assert.deepEqual(await provider.listKeys(), []);
  const root = await provider.generateKey({ ...DATA, usage: "wrap", ephemeral: true });
  const sealable = { ...DATA, leaves: "sealed", ephemeral: true } as const;
  const form = { form: "sealed", context: MESSAGE } as const;
  const wrapped = await provider.wrapKey(root, await provider.generateKey(sealable), form);
  await refuses("invalid_argument", provider.unwrapKey(root, wrapped, form, DATA));
  assert.ok(await provider.unwrapKey(root, wrapped, form, sealable));
});

Deno.test("a key exists once it is stored, and not when storing fails", async () => {
  let fails = false;
  const stored: string[][] = [];
  await using provider = open({
    onKeysChanged: async (keys) => {
      stored.push(keys.map(({ label, version }) => `${label} ${version}`));
      assert.equal(await provider.findKey("data", keys.length), null);
      if (fails) throw new Error("disk full");
    },
  });
  const first = await provider.generateKey(DATA);
  fails = true;
  await assert.rejects(provider.generateKey(DATA), { message: "disk full" });
  assert.equal((await provider.findKey("data"))?.id, first.id);
  fails = false;
  assert.equal((await provider.generateKey(DATA)).version, 3);
  assert.deepEqual(stored, [["data 1"], ["data 1", "data 2"], ["data 1", "data 3"]]);
});

Deno.test("a key stays when its destruction cannot be stored", async () => {
  let fails = false;
  await using provider = open({
    onKeysChanged: () => fails ? Promise.reject(new Error("disk full")) : Promise.resolve(),
  });
  const key = await provider.generateKey(DATA);
  fails = true;
  await assert.rejects(provider.destroyKey(key), { message: "disk full" });
  assert.equal((await provider.seal(key, MESSAGE, MESSAGE)).length, 28 + MESSAGE.length);
});

Deno.test("an ephemeral key is never stored", async () => {
  const stored: number[] = [];
  await using provider = open({
    onKeysChanged: (keys) => Promise.resolve(void stored.push(keys.length)),
  });
  await provider.generateKey(DATA);
  const key = await provider.generateKey({ ...DATA, ephemeral: true });
  await provider.destroyKey(key);
  assert.deepEqual(stored, [1]);
});

Deno.test("an ephemeral key waits for no store", async () => {
  const gate = Promise.withResolvers<void>();
  await using provider = open({ onKeysChanged: () => gate.promise });
  const kept = provider.generateKey(DATA);
  const key = await provider.generateKey({ ...DATA, ephemeral: true });
  await provider.destroyKey(key);
  await refuses("unknown_key", provider.seal(key, MESSAGE, MESSAGE));
  gate.resolve();
  assert.equal((await kept).version, 1);
});

Deno.test("ephemeral keys that nobody destroys come to an end", async () => {
  await using provider = open();
  const spec = { ...DATA, ephemeral: true };
  for (let made = 0; made < 65_536; made++) await provider.generateKey(spec);
  await refuses("too_large", provider.generateKey(spec));
  await refuses("too_large", provider.generateKey(DATA));
});

Deno.test("changes are stored one after the other, the last one last", async () => {
  const stored: number[] = [];
  await using provider = open({
    async onKeysChanged(keys) {
      await new Promise((resolve) => setTimeout(resolve, 8 - stored.length));
      stored.push(keys.length);
    },
  });
  const keys = await Promise.all([1, 2, 3, 4].map(() => provider.generateKey(DATA)));
  await Promise.all(keys.map((key) => provider.destroyKey(key)));
  assert.deepEqual(stored, [1, 2, 3, 4, 3, 2, 1, 0]);
});

Deno.test("destroyed and disposed keys are wiped", async () => {
  const held: Uint8Array[] = [];
  const provider = open({
    onKeysChanged: (keys) => Promise.resolve(void held.push(...keys.map(({ bytes }) => bytes))),
  });
  const first = await provider.generateKey(DATA);
  await provider.generateKey(DATA);
  const [one, same, other] = held;
  assert.ok(one && one === same && other);
  await provider.destroyKey(first);
  assert.ok(one.every((byte) => byte === 0));
  assert.ok(other.some((byte) => byte !== 0));
  await provider[Symbol.asyncDispose]();
  assert.ok(other.every((byte) => byte === 0));
});

Deno.test("SM2 private keys stay out of software unless that is allowed", async () => {
  const privateKey = { ...STORED, ...SIGN, id: "sign", bytes: new Uint8Array(32).fill(1) };
  const agree = { ...privateKey, id: "agree", label: "agree", usage: "agree" } as const;
  const decrypt = { ...privateKey, id: "decrypt", label: "decrypt", usage: "decrypt" } as const;
  await using provider = open({
    keys: [privateKey, agree, decrypt],
    allowSoftwarePrivateKeys: false,
  });
  const [sign, agreeing, decrypting] = await provider.listKeys();
  assert.ok(sign && agreeing && decrypting);
  const error = await refuses("not_supported", provider.sm2Sign(sign, MESSAGE, OPTIONS));
  assert.match(error.message, /crypto\.allow_software_private_keys/);
  await refuses("not_supported", provider.generateKey(SIGN));
  await refuses("not_supported", provider.sm2Decrypt(decrypting, new Uint8Array(113)));
  await refuses("not_supported", provider.unwrapKeyWith(decrypting, new Uint8Array(113), DATA));
  const options = { ...OPTIONS, role: "initiator" } as const;
  await refuses("not_supported", provider.beginAgreement(agreeing, options));
  for (const capability of ["sm2_sign", "sm2_decrypt", "sm2_agree"] as const) {
    assert.equal(provider.info.capabilities.has(capability), false);
  }
  const publicKey = await provider.publicKey(sign);
  assert.equal(await provider.sm2Verify(publicKey, MESSAGE, new Uint8Array(64), OPTIONS), false);
  const data = await provider.generateKey(DATA);
  assert.equal((await provider.seal(data, MESSAGE, MESSAGE)).length, 28 + MESSAGE.length);
});

Deno.test("sm3() of much data lets other work have its turn", async () => {
  await using provider = open();
  let turns = 0;
  const other = setInterval(() => turns++, 0);
  await provider.sm3(new Uint8Array(8 << 20));
  clearInterval(other);
  assert.ok(turns >= 5, `${turns} turns`);
});

Deno.test("SealCounter stops a key before its nonces could meet", () => {
  const seals = new SealCounter(2);
  const key = { id: "1", label: "data" };
  seals.count(key);
  seals.count(key);
  assert.throws(() => seals.count(key), { code: "too_large" });
  seals.count({ id: "2", label: "data" });
  seals.forget("1");
  seals.count(key);
});
