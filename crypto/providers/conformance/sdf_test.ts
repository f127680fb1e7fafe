import assert from "node:assert/strict";
import type { StoredKey } from "../../key_store.ts";
import type { ProviderAlarm } from "../../provider.ts";
import { DEFAULT_USER_ID } from "../../sm2.ts";
import { portableEngine } from "../portable.ts";
import { SdfProvider, type SdfProviderOptions } from "../sdf.ts";
import { FakeSdf, Sdr } from "./fake_sdf.ts";
import { workTogether } from "./interop.ts";
import { softwareProvider } from "./software_provider.ts";
import { getKey, MESSAGE, newKey, NOTHING, refuses } from "./subject.ts";
import { conformsTo } from "./suite.ts";

const OPTIONS = { userId: DEFAULT_USER_ID };
const DATA = { label: "data", algorithm: "sm4", usage: "data", leaves: "never" } as const;
const PASSWORD = new TextEncoder().encode("right of the key");

function sdfProvider(
  device: FakeSdf,
  options: Partial<SdfProviderOptions> & { readonly alarms?: ProviderAlarm[] } = {},
): SdfProvider {
  const password = device.password ? { password: device.password } : {};
  return new SdfProvider({
    name: "sdf",
    library: device,
    engine: portableEngine(),
    deviceKeys: [
      { label: "conformance-sign", usage: "sign", index: 1, ...password },
      { label: "conformance-decrypt", usage: "decrypt", index: 2, ...password },
    ],
    kekIndex: 1,
    onKeysChanged: () => Promise.resolve(),
    onAlarm: (alarm) => options.alarms?.push(alarm),
    ...options,
  });
}

const open = () => Promise.resolve(sdfProvider(new FakeSdf({ password: PASSWORD })));
const openWithHmac = () => Promise.resolve(sdfProvider(new FakeSdf({ hasHmac: true })));

conformsTo("sdf", open);
conformsTo("sdf with HMAC", openWithHmac);
workTogether("sdf and portable", open, () => softwareProvider("portable", portableEngine()));

Deno.test("SdfProvider fails closed when the device is gone, tells it once, and when it is back", async () => {
  const alarms: ProviderAlarm[] = [];
  const device = new FakeSdf({ password: PASSWORD });
  await using provider = sdfProvider(device, { alarms });
  const sign = await getKey(provider, "conformance-sign");
  const key = await provider.generateKey(DATA);
  const sealed = await provider.seal(key, MESSAGE, NOTHING);
  device.unplug();
  await refuses("unavailable", provider.open(key, sealed, NOTHING));
  await refuses("unavailable", provider.sm2Sign(sign, MESSAGE, OPTIONS));
  await refuses("unavailable", provider.random(16));
  assert.deepEqual(alarms.map(({ kind, provider }) => [kind, provider]), [[
    "provider_down",
    "sdf",
  ]]);
  assert.match(alarms[0]?.detail ?? "", /0x0100000[36]/);
  const failed = (await provider.selfTest()).filter(({ passed }) => !passed);
  assert.deepEqual(failed.map(({ name }) => name), [
    "device: random numbers",
    "device: SM4-GCM",
    "device: SM4 modes",
    "device: SM4 MACs",
    'device: SM2 key "conformance-sign"',
    'device: SM2 key "conformance-decrypt"',
  ]);
  device.plug();
  assert.deepEqual(new Uint8Array(await provider.open(key, sealed, NOTHING)), MESSAGE);
  assert.equal((await provider.sm2Sign(sign, MESSAGE, OPTIONS)).length, 64);
  assert.deepEqual(alarms.map(({ kind }) => kind), ["provider_down", "provider_back"]);
});

Deno.test("SdfProvider keeps digesting and verifying while the device is gone", async () => {
  const device = new FakeSdf();
  await using provider = sdfProvider(device);
  device.unplug();
  await refuses("unavailable", provider.random(16));
  assert.equal((await provider.sm3(MESSAGE)).length, 32);
});

Deno.test("SdfProvider lets one caller try a device that is gone, the others fail at once", async () => {
  const device = new FakeSdf();
  await using provider = sdfProvider(device);
  device.unplug();
  await refuses("unavailable", provider.random(16));
  const gate = Promise.withResolvers<void>();
  device.gate = gate.promise;
  device.plug();
  const probe = provider.random(16);
  await refuses("unavailable", provider.random(16));
  gate.resolve();
  assert.equal((await probe).length, 16);
  assert.equal((await provider.random(16)).length, 16);
});

Deno.test("SdfProvider uses no more sessions than it may, one call in each at a time", async () => {
  const device = new FakeSdf();
  await using provider = sdfProvider(device, { sessions: 3 });
  const key = await provider.generateKey(DATA);
  const sealed = await Promise.all(
    Array.from({ length: 40 }, () => provider.seal(key, new Uint8Array(40_000), NOTHING)),
  );
  for (const one of sealed) assert.equal((await provider.open(key, one, NOTHING)).length, 40_000);
  assert.equal(device.busiest, 3);
  assert.equal(device.sessions.size, 3);
});

Deno.test("SdfProvider gives up waiting for a device that hangs, and for a free session", async () => {
  const alarms: ProviderAlarm[] = [];
  const device = new FakeSdf();
  await using provider = sdfProvider(device, { alarms, sessions: 2, waitMs: 30 });
  await provider.random(1);
  const gate = Promise.withResolvers<void>();
  device.gate = gate.promise;
  await Promise.all([1, 2, 3, 4].map(() => refuses("unavailable", provider.random(16))));
  assert.deepEqual(alarms.map(({ kind }) => kind), ["provider_down"]);
  assert.ok(device.busiest <= 2);
  device.gate = null;
  gate.resolve();
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal((await provider.random(16)).length, 16);
  assert.equal(alarms.at(-1)?.kind, "provider_back");
});

Deno.test("SdfProvider refuses more waiting callers than it can serve", async () => {
  const device = new FakeSdf();
  await using provider = sdfProvider(device, { sessions: 1 });
  const gate = Promise.withResolvers<void>();
  device.gate = gate.promise;
  const waiting = Array.from({ length: 257 }, () => provider.random(1));
  await refuses("unavailable", provider.random(1));
  gate.resolve();
  assert.equal((await Promise.all(waiting)).length, 257);
});

Deno.test("SdfProvider turns the device's answers into typed errors", async () => {
  const alarms: ProviderAlarm[] = [];
  const device = new FakeSdf();
  await using provider = sdfProvider(device, { alarms });
  const key = await provider.generateKey(DATA);
  const codes = [
    [0x01000002, "not_supported"],
    [0x01000008, "unknown_key"],
    [0x01000014, "wrong_usage"],
    [0x0100001c, "too_large"],
    [0x0100001d, "invalid_argument"],
  ] as const;
  for (const [code, expected] of codes) {
    device.nextCode = code;
    await refuses(expected, provider.seal(key, MESSAGE, NOTHING));
  }
  assert.deepEqual(alarms, []);
  for (const code of [Sdr.unknown, Sdr.commFail, Sdr.accessRight, 0x01000403, 0x02000000]) {
    device.nextCode = code;
    await refuses("unavailable", provider.seal(key, MESSAGE, NOTHING));
    assert.equal((await provider.seal(key, MESSAGE, NOTHING)).length, 42);
  }
  assert.equal(alarms.filter(({ kind }) => kind === "provider_down").length, 5);
});

Deno.test("sm2Decrypt() of a device is one error for whatever it refuses", async () => {
  const alarms: ProviderAlarm[] = [];
  const device = new FakeSdf();
  await using provider = sdfProvider(device, { alarms });
  const key = await getKey(provider, "conformance-decrypt");
  const ciphertext = await provider.sm2Encrypt(await provider.publicKey(key), MESSAGE);
  for (const code of [Sdr.encryptedData, Sdr.argument, Sdr.unknown, 0x01000403]) {
    device.nextCode = code;
    await refuses("decryption_failed", provider.sm2Decrypt(key, ciphertext));
  }
  assert.deepEqual(alarms, []);
  device.nextCode = Sdr.commFail;
  await refuses("unavailable", provider.sm2Decrypt(key, ciphertext));
  assert.equal(alarms.length, 1);
});

Deno.test("SdfProvider cannot sign without the access right", async () => {
  const device = new FakeSdf({ password: PASSWORD });
  await using provider = sdfProvider(device, {
    deviceKeys: [{ label: "sign", usage: "sign", index: 1, password: MESSAGE }],
  });
  const key = await getKey(provider, "sign");
  await refuses("unavailable", provider.sm2Sign(key, MESSAGE, OPTIONS));
  assert.equal(device.sessions.size, 0);
});

Deno.test("SdfProvider's keys come back from what it had stored, and only as the device wrapped them", async () => {
  const device = new FakeSdf();
  let stored: StoredKey[] = [];
  const onKeysChanged = (keys: readonly StoredKey[]) => {
    stored = keys.map((key) => ({ ...key, bytes: key.bytes.slice() }));
    return Promise.resolve();
  };
  const first = sdfProvider(device, { onKeysChanged });
  const key = await first.generateKey(DATA);
  const ephemeral = await first.generateKey({ ...DATA, ephemeral: true });
  const sealed = await first.seal(key, MESSAGE, NOTHING);
  assert.deepEqual(stored.map(({ id, bytes }) => [id, bytes.length]), [[key.id, 44]]);
  const second = sdfProvider(device, { keys: stored });
  const found = await getKey(second, "data");
  assert.deepEqual(new Uint8Array(await second.open(found, sealed, NOTHING)), MESSAGE);
  await refuses("unknown_key", second.seal(ephemeral, MESSAGE, NOTHING));
  await refuses("unknown_key", second.open(key, sealed, NOTHING));
  await first.destroyKey(key);
  assert.deepEqual(stored, []);
  await first[Symbol.asyncDispose]();
});

Deno.test("SdfProvider signs for no handle that it did not give", async () => {
  await using provider = sdfProvider(new FakeSdf());
  const made = {
    provider: "sdf",
    id: "device sign 1",
    label: "conformance-sign",
    version: 1,
    algorithm: "sm2",
    usage: "sign",
  } as const;
  await refuses("unknown_key", provider.sm2Sign(made, MESSAGE, OPTIONS));
  await refuses("unknown_key", provider.publicKey(made));
  await using other = sdfProvider(new FakeSdf());
  const foreign = await getKey(other, "conformance-sign");
  await refuses("unknown_key", provider.sm2Sign(foreign, MESSAGE, OPTIONS));
});

Deno.test("SdfProvider leaves no key handles in the device", async () => {
  const device = new FakeSdf();
  await using provider = sdfProvider(device, { sessions: 1 });
  for (let round = 0; round < 200; round++) {
    const key = await provider.generateKey({ ...DATA, ephemeral: true });
    await provider.seal(key, MESSAGE, NOTHING);
    await provider.destroyKey(key);
  }
  const [session] = device.sessions;
  assert.ok(session && session.keyCount <= 2, `${session?.keyCount} handles`);
});

Deno.test("SdfProvider keeps few imported keys in a session", async () => {
  const device = new FakeSdf();
  await using provider = sdfProvider(device, { sessions: 1 });
  for (let round = 0; round < 80; round++) {
    const key = await provider.generateKey(DATA);
    const sealed = await provider.seal(key, MESSAGE, NOTHING);
    assert.deepEqual(new Uint8Array(await provider.open(key, sealed, NOTHING)), MESSAGE);
  }
  const [session] = device.sessions;
  assert.ok(session && session.keyCount <= 66, `${session?.keyCount} handles`);
});

Deno.test("SdfProvider makes only what the device can keep inside", async () => {
  await using provider = sdfProvider(new FakeSdf());
  const specs = [
    { algorithm: "sm2", usage: "sign" },
    { algorithm: "sm4", usage: "wrap" },
    { algorithm: "sm4", usage: "pin" },
    { algorithm: "tdes", usage: "mac" },
    { algorithm: "hmac_sm3", usage: "mac" },
  ] as const;
  for (const spec of specs) {
    await refuses("not_supported", provider.generateKey({ ...DATA, ...spec }));
  }
  await refuses("invalid_argument", provider.generateKey({ ...DATA, label: "conformance-sign" }));
  const sign = await getKey(provider, "conformance-sign");
  await refuses("not_supported", provider.destroyKey(sign));
  const mac = await newKey(provider, { algorithm: "sm4", usage: "mac" });
  await refuses("not_supported", provider.mac(mac, "sm4_unionpay_ecb", MESSAGE));
});

Deno.test("new SdfProvider() refuses an index or a label named twice", () => {
  const named = (label: string, index: number, version = 1) =>
    ({ label, usage: "sign", index, version }) as const;
  const make = (...deviceKeys: ReturnType<typeof named>[]) => () =>
    sdfProvider(new FakeSdf(), { deviceKeys });
  assert.throws(make(named("a", 1), named("b", 1)), { code: "invalid_argument" });
  assert.throws(make(named("a", 1), named("a", 2)), { code: "invalid_argument" });
  assert.ok(make(named("a", 1), named("a", 2, 2))());
});
