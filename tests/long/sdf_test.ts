import assert from "node:assert/strict";
import type { StoredKey } from "../../crypto/key_store.ts";
import type { ProviderAlarm } from "../../crypto/provider.ts";
import { workTogether } from "../../crypto/providers/conformance/interop.ts";
import { softwareProvider } from "../../crypto/providers/conformance/software_provider.ts";
import { getKey, MESSAGE, NOTHING, refuses } from "../../crypto/providers/conformance/subject.ts";
import { conformsTo } from "../../crypto/providers/conformance/suite.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SdfProvider, type SdfProviderOptions } from "../../crypto/providers/sdf.ts";
import { SdfError } from "../../crypto/providers/sdf_library.ts";
import { DEFAULT_USER_ID } from "../../crypto/sm2.ts";
import { openSdfLibrary } from "../../ffi/sdf/sdf_library.ts";
import { newSimulatedSdf, openSdfBench, type SimulatedSdf } from "../sdf.ts";
import { until } from "../vendor.ts";

const bench = await openSdfBench();
Deno.test.afterAll(async () => await bench?.[Symbol.asyncDispose]());

const OPTIONS = { userId: DEFAULT_USER_ID };
const PASSWORD = "right of the key";
const DATA = { label: "data", algorithm: "sm4", usage: "data", leaves: "never" } as const;

interface ProviderOptions extends Partial<SdfProviderOptions> {
  readonly alarms?: ProviderAlarm[];
  readonly hasPassword?: boolean;
}

async function sdfProvider(
  device: SimulatedSdf,
  { alarms, hasPassword, ...options }: ProviderOptions = {},
): Promise<SdfProvider> {
  const password = hasPassword ? { password: new TextEncoder().encode(PASSWORD) } : {};
  return new SdfProvider({
    name: "sdf",
    library: await device.open(),
    engine: portableEngine(),
    deviceKeys: [
      { label: "conformance-sign", usage: "sign", index: 1, ...password },
      { label: "conformance-decrypt", usage: "decrypt", index: 2, ...password },
    ],
    kekIndex: 1,
    onKeysChanged: () => Promise.resolve(),
    onAlarm: (alarm) => alarms?.push(alarm),
    ...options,
  });
}

if (bench) {
  const open = async () =>
    await sdfProvider(await newSimulatedSdf(bench, { kind: "standard", password: PASSWORD }), {
      hasPassword: true,
    });
  const openSansec = async () =>
    await sdfProvider(await newSimulatedSdf(bench, { kind: "sansec" }));
  conformsTo("SDF library in C", open);
  conformsTo("SDF library in C, Sansec with HMAC", openSansec);
  workTogether(
    "SDF library in C and portable",
    openSansec,
    () => softwareProvider("portable", portableEngine()),
  );
}

Deno.test("the device is named by what it says of itself, and by its certificate", {
  ignore: !bench,
}, async () => {
  const device = await newSimulatedSdf(bench, { kind: "standard" });
  await using library = await device.open();
  assert.match(library.version, /^simulated: Yikatong simulators SDF in software 2026112200000001/);
  assert.equal(library.certificate, null);
  assert.equal(library.hasHmac, false);
});

Deno.test("a device that is gone fails closed, and its handle is opened anew when it is back", {
  ignore: !bench,
}, async () => {
  const alarms: ProviderAlarm[] = [];
  const device = await newSimulatedSdf(bench, { kind: "standard", password: PASSWORD });
  await using provider = await sdfProvider(device, { alarms, hasPassword: true });
  const sign = await getKey(provider, "conformance-sign");
  const key = await provider.generateKey(DATA);
  const sealed = await provider.seal(key, MESSAGE, NOTHING);
  await device.trouble("unplugged");
  await refuses("unavailable", provider.open(key, sealed, NOTHING));
  await refuses("unavailable", provider.sm2Sign(sign, MESSAGE, OPTIONS));
  assert.deepEqual(alarms.map(({ kind }) => kind), ["provider_down"]);
  await device.trouble(null);
  assert.deepEqual(new Uint8Array(await provider.open(key, sealed, NOTHING)), MESSAGE);
  assert.equal((await provider.sm2Sign(sign, MESSAGE, OPTIONS)).length, 64);
  assert.deepEqual(alarms.map(({ kind }) => kind), ["provider_down", "provider_back"]);
});

Deno.test("a device that hangs blocks nobody else, and works again afterwards", {
  ignore: !bench,
}, async () => {
  const alarms: ProviderAlarm[] = [];
  const device = await newSimulatedSdf(bench, { kind: "standard" });
  await using provider = await sdfProvider(device, { alarms, waitMs: 100 });
  await provider.random(1);
  await device.trouble("hang");
  await refuses("unavailable", provider.random(16));
  assert.equal((await provider.sm3(MESSAGE)).length, 32);
  assert.deepEqual(alarms.map(({ kind }) => kind), ["provider_down"]);
  await device.trouble(null);
  for (let tries = 0; tries < 100 && alarms.length < 2; tries++) {
    await provider.random(16).catch(() => {});
  }
  assert.equal((await provider.random(16)).length, 16);
});

Deno.test("a provider ends though its device hangs, and calls it no more", {
  ignore: !bench,
}, async () => {
  const device = await newSimulatedSdf(bench, { kind: "standard" });
  using simulator = openCounters(device);
  const library = await device.open();
  const session = await library.openSession();
  simulator.busiest();
  await device.trouble("hang");
  const hanging = session.generateRandom(16);
  await until(() => simulator.busiest() === 1);
  await library[Symbol.asyncDispose]();
  await assert.rejects(library.openSession(), { name: "SdfError", code: 0x01000003 });
  await device.trouble(null);
  assert.equal((await hanging).length, 16);
});

Deno.test("codes of the device are typed, a maker's own counts as gone", {
  ignore: !bench,
}, async () => {
  const device = await newSimulatedSdf(bench, { kind: "standard" });
  await using provider = await sdfProvider(device);
  const key = await provider.generateKey(DATA);
  const codes = [
    ["01000008", "unknown_key"],
    ["01000014", "wrong_usage"],
    ["0100001c", "too_large"],
    ["01000403", "unavailable"],
    // As an int it is negative.
    ["f1000003", "unavailable"],
  ] as const;
  for (const [code, expected] of codes) {
    await device.trouble(`code ${code}`);
    await refuses(expected, provider.seal(key, MESSAGE, NOTHING));
    assert.equal((await provider.seal(key, MESSAGE, NOTHING)).length, 42);
  }
});

Deno.test("without the access right nothing is signed", { ignore: !bench }, async () => {
  const device = await newSimulatedSdf(bench, { kind: "standard", password: PASSWORD });
  await using provider = await sdfProvider(device);
  const sign = await getKey(provider, "conformance-sign");
  await refuses("unavailable", provider.sm2Sign(sign, MESSAGE, OPTIONS));
});

Deno.test("keys come back as the device wrapped them, and open in no other device", {
  ignore: !bench,
}, async () => {
  const device = await newSimulatedSdf(bench, { kind: "standard" });
  let stored: StoredKey[] = [];
  const first = await sdfProvider(device, {
    onKeysChanged: (keys) => {
      stored = keys.map((key) => ({ ...key, bytes: key.bytes.slice() }));
      return Promise.resolve();
    },
  });
  const key = await first.generateKey(DATA);
  const sealed = await first.seal(key, MESSAGE, NOTHING);
  await first[Symbol.asyncDispose]();
  await using again = await sdfProvider(device, { keys: stored });
  const found = await getKey(again, "data");
  assert.deepEqual(new Uint8Array(await again.open(found, sealed, NOTHING)), MESSAGE);
  const stranger = await newSimulatedSdf(bench, { kind: "standard" });
  await again[Symbol.asyncDispose]();
  await using other = await sdfProvider(stranger, { keys: stored });
  const foreign = await getKey(other, "data");
  await refuses("unknown_key", other.open(foreign, sealed, NOTHING));
});

Deno.test("one call at a time in a session, and no more sessions than allowed", {
  ignore: !bench,
}, async () => {
  const device = await newSimulatedSdf(bench, { kind: "standard" });
  using simulator = openCounters(device);
  simulator.busiest();
  await using provider = await sdfProvider(device, { sessions: 3 });
  const key = await provider.generateKey(DATA);
  await Promise.all(
    Array.from({ length: 30 }, () => provider.seal(key, new Uint8Array(40_000), NOTHING)),
  );
  const busiest = simulator.busiest();
  assert.ok(busiest >= 1 && busiest <= 3, `${busiest} at once`);
  assert.ok(simulator.sessions() <= 3);
  await provider[Symbol.asyncDispose]();
  assert.equal(simulator.sessions(), 0);
  assert.equal(simulator.keys(), 0);
});

Deno.test("a library that is there for one call at a time gets one call at a time", {
  ignore: !bench,
}, async () => {
  const device = await newSimulatedSdf(bench, { kind: "standard" });
  using simulator = openCounters(device);
  await using library = await openSdfLibrary({
    path: device.libraryPath,
    profile: { ...device.profile, oneCallAtATime: true },
    errorOf: (call, code) => new SdfError(call, code),
  });
  const sessions = await Promise.all([1, 2, 3].map(() => library.openSession()));
  simulator.busiest();
  await Promise.all(
    sessions.flatMap((session) => Array.from({ length: 20 }, () => session.generateRandom(1_000))),
  );
  assert.equal(simulator.busiest(), 1);
  for (const session of sessions) await session.close();
});

Deno.test("openSdfLibrary() says what cannot be loaded or opened", { ignore: !bench }, async () => {
  const device = await newSimulatedSdf(bench, { kind: "standard" });
  const errorOf = (call: string, code: number) => new SdfError(call, code);
  await assert.rejects(
    openSdfLibrary({ path: "/none/libsdf.so", profile: device.profile, errorOf }),
    /Cannot load the SDF library "\/none\/libsdf.so"/,
  );
  await assert.rejects(
    openSdfLibrary({
      path: device.libraryPath,
      profile: { ...device.profile, hmac: true },
      errorOf,
    }),
    /SDF_HMAC/,
  );
  await assert.rejects(
    openSdfLibrary({
      path: device.libraryPath,
      profile: { ...device.profile, configuration: "/none" },
      errorOf,
    }),
    { name: "SdfError", code: 0x01000005 },
  );
});

/** What the simulator counts, read through the library that the driver has loaded already. */
function openCounters({ libraryPath }: SimulatedSdf) {
  const counter = { parameters: [], result: "i32" } as const;
  const library = Deno.dlopen(libraryPath, {
    SIM_OpenSessions: counter,
    SIM_Keys: counter,
    SIM_Busiest: counter,
  });
  return {
    sessions: () => library.symbols.SIM_OpenSessions(),
    keys: () => library.symbols.SIM_Keys(),
    busiest: () => library.symbols.SIM_Busiest(),
    [Symbol.dispose]: () => library.close(),
  };
}
