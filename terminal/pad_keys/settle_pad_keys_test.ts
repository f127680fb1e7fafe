import assert from "node:assert/strict";
import { checkValueOf, crypt, type PadKey } from "../../sandbox/devices/pin_pad/pad_keys.ts";
import type { PadOnLine } from "../../sandbox/devices/pin_pad/pad_on_line.ts";
import { SimulatedPinPad } from "../../sandbox/devices/pin_pad/simulated_pin_pad.ts";
import { cableTo, MAKES } from "../../sandbox/devices/pin_pad/testing/rigs.ts";
import type { PinPad, PinPadAlgorithm } from "../../ffi/pin_pad/contract.ts";
import type { PadKeysReply, PadKeysState } from "../../server/modules/fleet/contract.ts";
import { Journal } from "../journal.ts";
import type { PlatformAnswer, PlatformCall } from "../platform_client.ts";
import { askPadKeys } from "../platform_calls.ts";
import { type PadKeyEnd, settlePadKeys } from "./settle_pad_keys.ts";

const CLOCK = { now: () => new Date("2026-11-23T01:00:00Z") };
const OPTIONS = { signal: new AbortController().signal, timeoutMs: 5_000 };
const MASTER = Uint8Array.fromHex("0123456789abcdeffedcba9876543210");
const OTHER_MASTER = new Uint8Array(16).map((_, at) => 7 * at + 3);
const MAC_BYTES = new TextEncoder().encode("YKCARD1|0001|t|100|6229990000000000|-");

/** Where the terminal loses power: behind this many writes, loads or answers. */
class PowerCut extends Error {}

/** As the platform does it: versions, one that counts, and answers that may be lost. */
class PadPlatform {
  readonly algorithm: PinPadAlgorithm;
  master: Uint8Array | null = MASTER;
  counts: number | null = null;
  wanted = false;
  issued = 0;
  readonly confirmed: number[] = [];
  lose: "none" | "fetch" | "confirm" | "all" = "none";
  readonly #pending = new Map<number, Uint8Array>();
  macKey: Uint8Array | null = null;

  constructor(algorithm: PinPadAlgorithm) {
    this.algorithm = algorithm;
  }

  get state(): PadKeysState {
    const { master, algorithm, counts } = this;
    const checkValue = master ? checkOf({ algorithm, bytes: master }) : "";
    const isWanted = master !== null && (counts === null || this.wanted);
    return {
      master: master && { algorithm, checkValue },
      version: counts,
      wanted: isWanted,
    };
  }

  call<Value>(call: PlatformCall<Value>): Promise<PlatformAnswer<Value>> {
    return Promise.resolve(this.#answer(call));
  }

  #answer<Value>({ method, path, body, schema }: PlatformCall<Value>): PlatformAnswer<Value> {
    const answer = (value: unknown): PlatformAnswer<Value> => ({
      kind: "answered",
      status: 200,
      value: schema.parse(value),
    });
    if (this.lose === "all") return SILENT;
    if (path === "/pad-keys" && method === "GET") return answer(this.state);
    if (path === "/pad-keys") {
      const reply = this.#issue();
      return this.lose === "fetch" ? SILENT : answer(reply);
    }
    const version = Number(Object(body).version);
    const known = this.#pending.get(version);
    if (!known) return refused("fleet.unknown_pad_keys");
    this.counts = version;
    this.wanted = false;
    this.macKey = known;
    this.confirmed.push(version);
    return this.lose === "confirm" ? SILENT : answer(null);
  }

  #issue(): PadKeysReply {
    const { algorithm, master } = this;
    assert.ok(master);
    const version = ++this.issued;
    const key = (salt: number) => new Uint8Array(16).map((_, at) => 16 * salt + 5 * at + version);
    const wrap = (bytes: Uint8Array) => ({
      wrapped: crypt({ algorithm, purpose: null, bytes: master }, ENCRYPT, bytes).toHex(),
      checkValue: checkOf({ algorithm, bytes }),
    });
    this.#pending.clear();
    this.#pending.set(version, key(2));
    return { version, algorithm, pin: wrap(key(1)), mac: wrap(key(2)) };
  }
}

const ENCRYPT = { direction: "encrypt" } as const;
const SILENT = { kind: "no_answer", reason: "lost", late: false } as const;

function refused(code: string): Extract<PlatformAnswer<never>, { kind: "problem" }> {
  const problem = { type: "about:blank", title: "", status: 404, code, traceId: "t" } as const;
  return { kind: "problem", status: 404, problem: { ...problem, retry: "never" } };
}

function checkOf({ algorithm, bytes }: Pick<PadKey, "algorithm" | "bytes">): string {
  return checkValueOf({ algorithm, purpose: null, bytes }).slice(0, 8).toHex();
}

/** A pad that outlives the terminal's process, with what the ceremony put in. */
interface Cabinet {
  open(): Promise<PinPad & Partial<AsyncDisposable>>;
}

async function onLine(make: keyof typeof MAKES, algorithm: PinPadAlgorithm): Promise<Cabinet> {
  const { simulate, open } = MAKES[make] ?? assert.fail();
  const simulator: PadOnLine = simulate();
  {
    await using room = await open({ openLine: cableTo(simulator).openLine, isSecureRoom: true });
    await ceremony(room, algorithm);
  }
  return { open: () => open({ openLine: cableTo(simulator).openLine }) };
}

async function ceremony(pad: PinPad, algorithm: PinPadAlgorithm, key = MASTER): Promise<void> {
  const purpose = "key_encryption";
  const loaded = await pad.loadKey({ slot: 0, algorithm, purpose, under: null, key }, OPTIONS);
  assert.equal(loaded.kind, "done");
}

async function simulated(): Promise<Cabinet & { readonly pad: SimulatedPinPad }> {
  const pad = new SimulatedPinPad({ isSecureRoom: true });
  await ceremony(pad, "sm4");
  return { pad, open: () => Promise.resolve(pad) };
}

interface Run {
  readonly platform: PadPlatform;
  readonly cabinet: Cabinet;
  readonly journal: string;
  /** Power goes behind so many steps; never without. */
  readonly cutBehind?: number;
}

/** One life of the terminal's process, up to the end or the power cut; it leaves journal and pad. */
async function live({ platform, cabinet, journal: path, cutBehind }: Run) {
  let left = cutBehind ?? Infinity;
  const step = <Value>(value: Value): Value => {
    if (--left < 0) throw new PowerCut();
    return value;
  };
  using journal = new Journal(path, CLOCK);
  const real = await cabinet.open();
  try {
    const pinPad: PinPad = new Proxy(real, {
      get(target, name) {
        if (name === "loadKey") {
          return async (...args: Parameters<PinPad["loadKey"]>) =>
            step(await target.loadKey(...args));
        }
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const client = {
      call: async <Value>(call: PlatformCall<Value>) => step(await platform.call(call)),
    };
    const memory = {
      keep: (keys: Parameters<typeof journal.pad.keep>[0]) => step(journal.pad.keep(keys)),
      find: () => journal.pad.find(),
      forget: () => step(journal.pad.forget()),
    };
    const deps = {
      pinPad,
      register: null,
      client,
      memory,
      note: () => {},
    };
    const told = await client.call(askPadKeys());
    const state = told.kind === "answered" ? told.value : null;
    const end = await settlePadKeys(deps, state, OPTIONS.signal);
    const mac = end.kind === "ready" ? await macOf(real, end) : null;
    return { end, mac };
  } finally {
    await real[Symbol.asyncDispose]?.();
  }
}

async function macOf(pad: PinPad, { keys }: Extract<PadKeyEnd, { kind: "ready" }>) {
  const made = await pad.mac({ ...keys.mac, data: MAC_BYTES }, OPTIONS);
  assert.ok(made.kind === "done", JSON.stringify(made));
  return made.value.toHex();
}

async function newRun<Of extends Cabinet>(platform: PadPlatform, cabinet: Of) {
  const folder = await Deno.makeTempDir({ prefix: "yikatong-pad-" });
  const dispose = () => Deno.remove(folder, { recursive: true });
  return { platform, cabinet, journal: `${folder}/journal.sqlite`, [Symbol.asyncDispose]: dispose };
}

for (const algorithm of ["sm4", "tdes"] as const) {
  for (const make of algorithm === "sm4" ? ["ZT598", "XZ"] : ["KMY", "ZT598", "XZ"]) {
    Deno.test(`a ${make} pad without a register gets ${algorithm} work keys, and keeps them over restarts`, async () => {
      const platform = new PadPlatform(algorithm);
      await using run = await newRun(platform, await onLine(make, algorithm));
      const first = await live(run);
      assert.equal(first.end.kind, "ready", JSON.stringify(first.end));
      assert.deepEqual(platform.confirmed, [1]);
      const again = await live(run);
      assert.deepEqual([again.end.kind, again.mac], ["ready", first.mac]);
      assert.equal(platform.issued, 1, "nothing is fetched that is there");
      platform.wanted = true;
      const renewed = await live(run);
      assert.deepEqual([renewed.end.kind, platform.counts], ["ready", 2]);
      assert.notEqual(renewed.mac, first.mac);
    });
  }
}

/** Asked, fetched, kept, PIN key in, MAC key in, kept, confirmed, kept. */
const STEPS = 8;

Deno.test("a terminal that loses power between any two steps ends with the keys that count", async () => {
  for (let cutBehind = 0; cutBehind <= STEPS + 1; cutBehind += 1) {
    const platform = new PadPlatform("sm4");
    await using run = await newRun(platform, await simulated());
    await live(run);
    platform.wanted = true;
    const isCut = await live({ ...run, cutBehind }).then(() => false, (thrown) => {
      assert.ok(thrown instanceof PowerCut, String(thrown));
      return true;
    });
    assert.equal(isCut, cutBehind < STEPS, `behind step ${cutBehind}`);
    const { end } = await live(run);
    assert.ok(end.kind === "ready", JSON.stringify(end));
    assert.equal(end.version, platform.counts);
    const held = run.cabinet.pad.state.findKey("2");
    assert.deepEqual(held?.bytes, platform.macKey, `behind step ${cutBehind}`);
  }
});

Deno.test("lost answers leave a terminal without keys for a while, never with others than count", async () => {
  for (const lose of ["fetch", "confirm", "all"] as const) {
    const platform = new PadPlatform("sm4");
    await using run = await newRun(platform, await simulated());
    platform.lose = lose;
    const { end } = await live(run);
    assert.deepEqual(end, { kind: "missing", trouble: "platform_silent" }, lose);
    platform.lose = "none";
    const after = await live(run);
    assert.equal(after.end.kind, "ready");
    assert.equal(platform.issued, lose === "fetch" ? 2 : 1, lose);
    assert.deepEqual(run.cabinet.pad.state.findKey("2")?.bytes, platform.macKey);
  }
});

Deno.test("keys that count are used while the platform is silent", async () => {
  const platform = new PadPlatform("sm4");
  await using run = await newRun(platform, await simulated());
  await live(run);
  platform.lose = "all";
  assert.equal((await live(run)).end.kind, "ready");
});

Deno.test("a pad that was erased or exchanged gets new keys; one with another master is left alone", async () => {
  const platform = new PadPlatform("sm4");
  await using run = await newRun(platform, await simulated());
  await live(run);
  run.cabinet.pad.state.eraseKeys();
  assert.deepEqual((await live(run)).end, { kind: "missing", trouble: "wrong_master" });
  assert.equal(platform.issued, 1, "nothing is made for a pad that cannot take it");
  await ceremony(run.cabinet.pad, "sm4");
  assert.equal((await live(run)).end.kind, "ready");
  platform.master = OTHER_MASTER;
  platform.wanted = true;
  assert.deepEqual((await live(run)).end, { kind: "missing", trouble: "wrong_master" });
  await ceremony(run.cabinet.pad, "sm4", OTHER_MASTER);
  assert.equal((await live(run)).end.kind, "ready");
});

Deno.test("no keys are kept of a pad that was opened, and none are used that the platform destroyed", async () => {
  const platform = new PadPlatform("sm4");
  await using run = await newRun(platform, await simulated());
  await live(run);
  platform.master = null;
  platform.counts = null;
  assert.deepEqual((await live(run)).end, { kind: "missing", trouble: "no_master" });
  platform.master = MASTER;
  run.cabinet.pad.tamper();
  assert.deepEqual((await live(run)).end, { kind: "missing", trouble: "tampered" });
  using journal = new Journal(run.journal, CLOCK);
  assert.equal(journal.pad.find(), null);
});
