import assert from "node:assert/strict";
import { CryptoError } from "../../errors.ts";
import type { ProviderAlarm, SmProvider } from "../../provider.ts";
import { RoutedProvider, type RoutedProviderOptions } from "../../routed_provider.ts";
import { DEFAULT_USER_ID } from "../../sm2.ts";
import { portableEngine } from "../portable.ts";
import { SdfProvider } from "../sdf.ts";
import { FakeSdf } from "./fake_sdf.ts";
import { softwareProvider } from "./software_provider.ts";
import { getKey, MESSAGE, NOTHING, refuses } from "./subject.ts";
import { conformsTo } from "./suite.ts";

const OPTIONS = { userId: DEFAULT_USER_ID };
const DATA = { label: "data", algorithm: "sm4", usage: "data", leaves: "exported" } as const;

conformsTo("routed", async () =>
  new RoutedProvider({
    providers: {
      keys: await softwareProvider("keys", portableEngine()),
      spare: await softwareProvider("spare", portableEngine()),
    },
    keys: { "*": "keys" },
    publicWork: ["spare", "keys"],
    onAlarm: () => assert.fail("no alarm"),
  }));

/** Work that needs the provider fails as that of a device that is gone, while `broken`. */
class Breakable {
  broken = false;
  /** Names of the methods that were called. */
  readonly calls: string[] = [];
  readonly provider: SmProvider;

  constructor(provider: SmProvider) {
    this.provider = new Proxy(provider, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          this.calls.push(String(name));
          if (!this.broken || typeof name === "symbol") return Reflect.apply(member, target, args);
          return Promise.reject(new CryptoError("unavailable", "Cannot reach it"));
        };
      },
    });
  }
}

async function setUp(options: Partial<RoutedProviderOptions> = {}) {
  const alarms: ProviderAlarm[] = [];
  const hardware = new Breakable(await softwareProvider("hardware", portableEngine()));
  const software = new Breakable(await softwareProvider("software", portableEngine()));
  const provider = new RoutedProvider({
    providers: { hardware: hardware.provider, software: software.provider },
    keys: { "conformance-*": "hardware", "data": "hardware", "data-*": "software" },
    publicWork: ["hardware", "software"],
    onAlarm: (alarm) => alarms.push(alarm),
    ...options,
  });
  return { provider, hardware, software, alarms };
}

Deno.test("RoutedProvider never lets another provider do the work of a key", async () => {
  const { provider, hardware, software, alarms } = await setUp();
  await using _closing = provider;
  const sign = await getKey(provider, "conformance-sign");
  const key = await provider.generateKey(DATA);
  const sealed = await provider.seal(key, MESSAGE, NOTHING);
  hardware.broken = true;
  software.calls.length = 0;
  await refuses("unavailable", provider.sm2Sign(sign, MESSAGE, OPTIONS));
  await refuses("unavailable", provider.open(key, sealed, NOTHING));
  await refuses("unavailable", provider.generateKey(DATA));
  await refuses("unavailable", provider.findKey("data"));
  await refuses("unavailable", provider.listKeys());
  await refuses("unavailable", provider.random(16));
  assert.deepEqual(software.calls, []);
  assert.deepEqual(alarms, [{
    kind: "provider_down",
    provider: "hardware",
    detail: "Cannot reach it",
  }]);
  assert.ok(provider.info.notes.includes('"hardware" does not answer'));
  hardware.broken = false;
  assert.equal((await provider.findKey("data"))?.id, key.id);
  assert.equal(alarms.length, 1, "what needs no key proves nothing");
  assert.deepEqual(new Uint8Array(await provider.open(key, sealed, NOTHING)), MESSAGE);
  assert.deepEqual(alarms.map(({ kind }) => kind), ["provider_down", "provider_back"]);
  assert.ok(!provider.info.notes.includes('"hardware" does not answer'));
});

Deno.test("RoutedProvider moves public work on, and tells each move once in an outage", async () => {
  const { provider, hardware, software, alarms } = await setUp();
  await using _closing = provider;
  const sign = await getKey(provider, "conformance-sign");
  const publicKey = await provider.publicKey(sign);
  const signature = await provider.sm2Sign(sign, MESSAGE, OPTIONS);
  hardware.broken = true;
  const moved = { kind: "public_work_moved", provider: "hardware", movedTo: "software" } as const;
  for (let round = 0; round < 3; round++) {
    assert.equal(await provider.sm2Verify(publicKey, MESSAGE, signature, OPTIONS), true);
    assert.equal((await provider.sm3(MESSAGE)).length, 32);
    assert.equal((await provider.sm2Encrypt(publicKey, MESSAGE)).length, 97 + MESSAGE.length);
  }
  assert.deepEqual(alarms, [{ ...moved, detail: "Cannot reach it" }]);
  assert.ok(provider.info.notes.includes('public work of "hardware" is done by "software"'));
  hardware.broken = false;
  await provider.sm3(MESSAGE);
  assert.equal(alarms.at(-1)?.kind, "provider_back");
  hardware.broken = true;
  await provider.sm3(MESSAGE);
  assert.equal(alarms.length, 3);
  software.broken = true;
  await refuses("unavailable", provider.sm3(MESSAGE));
  assert.deepEqual(alarms.slice(3).map(({ kind }) => kind), ["provider_down", "provider_down"]);
});

Deno.test("RoutedProvider passes on refusals without asking anybody else", async () => {
  const { provider, software, alarms } = await setUp();
  await using _closing = provider;
  const bad = new Uint8Array(65);
  await refuses("invalid_point", provider.sm2Verify(bad, MESSAGE, bad, OPTIONS));
  assert.deepEqual(software.calls, []);
  assert.deepEqual(alarms, []);
});

Deno.test("RoutedProvider's policy decides, not where a key happens to lie", async () => {
  const { provider, software } = await setUp();
  await using _closing = provider;
  const stray = await getKey(software.provider, "conformance-sign");
  await refuses("wrong_usage", provider.sm2Sign(stray, MESSAGE, OPTIONS));
  await refuses("unknown_key", provider.findKey("nobody's"));
  await refuses("unknown_key", provider.generateKey({ ...DATA, label: "nobody's" }));
  const listed = await provider.listKeys();
  assert.deepEqual(
    listed.map(({ label, provider }) => [label, provider]),
    [["conformance-sign", "hardware"], ["conformance-decrypt", "hardware"]],
  );
});

Deno.test("RoutedProvider asks nobody's handle whose key it is", async () => {
  const { provider, software } = await setUp();
  await using _closing = provider;
  const stray = await getKey(software.provider, "conformance-sign");
  const renamed = { ...stray, label: "data-1" };
  await refuses("unknown_key", provider.sm2Sign(renamed, MESSAGE, OPTIONS));
  let reads = 0;
  const turning = {
    ...DATA,
    get label() {
      return reads++ === 0 ? "data" : "data-1";
    },
  };
  const key = await provider.generateKey(turning);
  assert.deepEqual([key.label, key.provider], ["data", "hardware"]);
});

Deno.test("RoutedProvider prefers the label itself, then the longest front", async () => {
  const keys = { "*": "hardware", "data-*": "software", "data-of-hr": "hardware" };
  const { provider } = await setUp({ keys });
  await using _closing = provider;
  const holder = async (label: string) => (await provider.generateKey({ ...DATA, label })).provider;
  assert.equal(await holder("data"), "hardware");
  assert.equal(await holder("data-of-it"), "software");
  assert.equal(await holder("data-of-hr"), "hardware");
});

Deno.test("RoutedProvider never brings keys of two providers together", async () => {
  const { provider } = await setUp();
  await using _closing = provider;
  const SEALED = { form: "sealed", context: NOTHING } as const;
  const wrap = { ...DATA, label: "data-wrap", usage: "wrap", leaves: "never" } as const;
  const wrapping = await provider.generateKey(wrap);
  const key = await provider.generateKey(DATA);
  assert.deepEqual([wrapping.provider, key.provider], ["software", "hardware"]);
  await refuses("wrong_usage", provider.wrapKey(wrapping, key, SEALED));
  const other = await provider.generateKey({ ...DATA, label: "data-1" });
  const wrapped = await provider.wrapKey(wrapping, other, SEALED);
  const unwrap = (label: string) =>
    provider.unwrapKey(wrapping, wrapped, SEALED, { ...DATA, label });
  assert.equal((await unwrap("data-1")).provider, "software");
  await refuses("wrong_usage", unwrap("data"));
  const decrypting = await getKey(provider, "conformance-decrypt");
  const sent = await provider.wrapKeyTo(await provider.publicKey(decrypting), other);
  const takeIn = (label: string) => provider.unwrapKeyWith(decrypting, sent, { ...DATA, label });
  assert.equal((await takeIn("data")).provider, "hardware");
  await refuses("wrong_usage", takeIn("data-3"));
});

Deno.test("new RoutedProvider() refuses names that are no provider's", async () => {
  const code = { code: "invalid_argument" };
  await using provider = await softwareProvider("software", portableEngine());
  const make = (options: Partial<RoutedProviderOptions>) => () =>
    new RoutedProvider({
      providers: { software: provider },
      keys: { "*": "software" },
      publicWork: ["software"],
      onAlarm: () => {},
      ...options,
    });
  assert.throws(make({ keys: { "*": "hardware" } }), code);
  assert.throws(make({ keys: { "a*b": "software" } }), code);
  assert.throws(make({ publicWork: ["hardware"] }), code);
  assert.throws(make({ publicWork: [] }), code);
  assert.throws(make({ providers: { hardware: provider }, publicWork: ["hardware"] }), code);
  assert.ok(make({})());
});

Deno.test("RoutedProvider keeps device keys in the device and the rest in software", async () => {
  const alarms: ProviderAlarm[] = [];
  const onAlarm = (alarm: ProviderAlarm) => alarms.push(alarm);
  const device = new FakeSdf();
  const hsm = new SdfProvider({
    name: "hsm",
    library: device,
    engine: portableEngine(),
    deviceKeys: [{ label: "ca", usage: "sign", index: 1 }],
    kekIndex: 1,
    onKeysChanged: () => Promise.resolve(),
    onAlarm,
  });
  await using provider = new RoutedProvider({
    providers: { hsm, software: await softwareProvider("software", portableEngine()) },
    keys: { "ca": "hsm", "column-data": "hsm", "*": "software" },
    publicWork: ["software", "hsm"],
    onAlarm,
  });
  const data = await provider.generateKey({ ...DATA, label: "column-data", leaves: "never" });
  assert.equal(data.provider, "hsm");
  assert.equal(provider.info.hardware, false);
  device.unplug();
  await refuses("unavailable", provider.seal(data, MESSAGE, NOTHING));
  await refuses("unavailable", provider.sm2Sign(await getKey(provider, "ca"), MESSAGE, OPTIONS));
  const here = await provider.generateKey(DATA);
  assert.equal((await provider.seal(here, MESSAGE, NOTHING)).length, 28 + MESSAGE.length);
  assert.equal((await provider.random(8)).length, 8);
  const failed = (await provider.selfTest()).filter(({ passed }) => !passed);
  assert.ok(failed.length > 0 && failed.every(({ name }) => name.startsWith("hsm: device: ")));
  assert.ok(alarms.every(({ kind, provider }) => kind === "provider_down" && provider === "hsm"));
});
