import assert from "node:assert/strict";
import { simulateZt598Pad } from "../../sandbox/devices/pin_pad/zt598_simulator.ts";
import {
  cableTo,
  MAKES,
  type WiredOptions,
  type WiredRig,
  wiredRig,
} from "../../sandbox/devices/pin_pad/testing/rigs.ts";
import { linePair } from "../line_pair.ts";
import type { PinPadEvent } from "./contract.ts";
import { USUAL_KEYS } from "./key_map.ts";
import {
  enterPin as enter,
  failed,
  KEY,
  loadWork,
  patiently,
  PIN_BLOCK,
  progressOf,
  type,
  valueOf,
  WORK_SLOT,
} from "./testing/requests.ts";
import { openXzPad } from "./xz_pad.ts";
import { openZt598Pad } from "./zt598_pad.ts";

/** Looks at an idle pad all the time, so that a test waits for a condition only. */
const WATCHFUL = { replyWaitMs: 40, pollMs: 5, backOffMs: [1] } as const;
/** For pads that answer everything: a slow machine has its time. */
const PATIENT = { replyWaitMs: 30_000, backOffMs: [1] } as const;
/** Says nothing of its own accord. */
const CALM = { replyWaitMs: 40, backOffMs: [1] } as const;

for (const [make, { simulate, open }] of Object.entries(MAKES)) {
  const openRig = (options: WiredOptions) => wiredRig(simulate(), open, options);

  Deno.test(`${make}: a cable pulled and plugged is told, and the pad answers again`, async () => {
    await using rig = await openRig(WATCHFUL);
    assert.equal((await rig.pad.status()).device, "online");
    const events = listen(rig);
    await rig.cable.unplug();
    await deviceIs(rig, "offline");
    assert.deepEqual(await rig.pad.identify(patiently()), failed("offline"));
    rig.cable.plug();
    await deviceIs(rig, "online");
    assert.equal((await rig.pad.identify(patiently())).kind, "done");
    assert.ok(events.filter(({ kind }) => kind === "status_changed").length >= 2);
  });

  Deno.test(`${make}: a cable pulled while a PIN is typed ends it, the keypad is closed later`, async () => {
    await using rig = await openRig(WATCHFUL);
    await loadWork(rig.pad, "pin");
    const entering = enter(rig.pad);
    await rig.keypad("open");
    rig.press("1");
    await rig.cable.unplug();
    assert.deepEqual(await entering, failed("offline"));
    assert.ok(rig.simulator.state.isKeypadOpen);
    rig.cable.plug();
    await rig.keypad("closed");
  });

  Deno.test(`${make}: a silent pad is offline and comes back`, async () => {
    await using rig = await openRig(WATCHFUL);
    rig.simulator.faults.isSilent = true;
    assert.deepEqual(await rig.pad.identify(patiently()), failed("offline"));
    assert.equal((await rig.pad.status()).device, "offline");
    rig.simulator.faults.isSilent = false;
    await deviceIs(rig, "online");
  });

  Deno.test(`${make}: a query is asked once more when its answer was garbled, not twice`, async () => {
    await using rig = await openRig(CALM);
    for (const fault of ["spoiltReplies", "naks"] as const) {
      rig.simulator.faults[fault] = 1;
      assert.equal((await rig.pad.identify(patiently())).kind, "done", fault);
      rig.simulator.faults[fault] = 2;
      assert.deepEqual(await rig.pad.identify(patiently()), failed("hardware_error"), fault);
      assert.equal((await rig.pad.identify(patiently())).kind, "done", fault);
      assert.equal((await rig.pad.status()).device, "online", fault);
    }
  });

  Deno.test(`${make}: a PIN block is asked for once, and the keypad closed when it is garbled`, async () => {
    await using rig = await openRig(CALM);
    await loadWork(rig.pad, "pin");
    const entering = enter(rig.pad);
    await rig.keypad("open");
    type(rig, "1234");
    rig.simulator.heard.length = 0;
    rig.simulator.faults.spoilsReplyTo = isTakingPin;
    rig.press("enter");
    assert.deepEqual(await entering, failed("hardware_error"));
    assert.equal(rig.simulator.heard.filter(isTakingPin).length, 1);
    assert.ok(!rig.simulator.state.isKeypadOpen);
  });

  Deno.test(`${make}: a key whose loading was garbled is not there, and is loaded once`, async () => {
    await using rig = await openRig(CALM);
    await loadWork(rig.pad, "mac");
    rig.simulator.heard.length = 0;
    rig.simulator.faults.spoilsReplyTo = isLoadingKey;
    assert.deepEqual(await loadWorkAgain(rig), failed("hardware_error"));
    assert.equal(rig.simulator.heard.filter(isLoadingKey).length, 1);
    rig.simulator.faults.spoilsReplyTo = () => false;
    assert.deepEqual(await rig.pad.checkValue(WORK_SLOT, patiently()), failed("no_key"));
  });

  Deno.test(`${make}: byte by byte, with keys in front of every reply, all goes well`, async () => {
    await using rig = await openRig(PATIENT);
    rig.simulator.faults.splitsFrames = true;
    await loadWork(rig.pad, "pin");
    // 00 and the point mean nothing in a PIN.
    rig.simulator.faults.bytesBeforeReply = [0x22, 0x2e];
    const entering = enter(rig.pad);
    await rig.keypad("open");
    type(rig, "123456");
    rig.press("enter");
    assert.equal(valueOf(await entering).block.toHex().toUpperCase(), PIN_BLOCK);
  });

  Deno.test(`${make}: keys typed in front of the reply that opens the keypad count`, async () => {
    await using rig = await openRig(PATIENT);
    await loadWork(rig.pad, "pin");
    const events = listen(rig);
    rig.simulator.faults.bytesBeforeReply = [0x2a, 0x2a];
    const entering = enter(rig.pad);
    await rig.keypad("open");
    rig.simulator.faults.bytesBeforeReply = [];
    await until(() => progressOf(events).length === 2);
    rig.press("cancel");
    assert.deepEqual(await entering, failed("patient_cancelled"));
    assert.deepEqual(progressOf(events), [1, 2]);
  });

  Deno.test(`${make}: a digit typed before the keypad was open for a PIN counts for nothing`, async () => {
    await using rig = await openRig(PATIENT);
    await loadWork(rig.pad, "pin");
    rig.simulator.faults.bytesBeforeReply = [0x37];
    const entering = enter(rig.pad);
    await rig.keypad("open");
    type(rig, "123456");
    rig.press("enter");
    assert.equal(valueOf(await entering).block.toHex().toUpperCase(), PIN_BLOCK);
  });

  Deno.test(`${make}: a digit in clear ends the entry, closes the keypad, and is nowhere`, async () => {
    await using rig = await openRig(PATIENT);
    await loadWork(rig.pad, "pin");
    const events = listen(rig);
    const entering = enter(rig.pad);
    await rig.keypad("open");
    rig.simulator.babble(new TextEncoder().encode("7"));
    assert.deepEqual(await entering, failed("hardware_error"));
    assert.ok(!rig.simulator.state.isKeypadOpen);
    assert.deepEqual(progressOf(events), []);
  });

  Deno.test(`${make}: a pad that gives up waiting ends the entry as timeout`, async () => {
    await using rig = await openRig(PATIENT);
    await loadWork(rig.pad, "pin");
    const entering = enter(rig.pad);
    await rig.keypad("open");
    rig.simulator.giveUp();
    assert.deepEqual(await entering, failed("timeout"));
  });

  Deno.test(`${make}: reset() ends any command and is done`, async () => {
    await using rig = await openRig(PATIENT);
    await loadWork(rig.pad, "data");
    const data = new Uint8Array(2048);
    const request = { slot: WORK_SLOT, algorithm: "tdes", direction: "encrypt", data } as const;
    const encrypting = rig.pad.encrypt(request, patiently());
    assert.equal((await rig.pad.reset(patiently())).kind, "done");
    assert.deepEqual(await encrypting, failed("cancelled"));
    assert.equal(valueOf(await rig.pad.encrypt(request, patiently())).length, data.length);
  });

  Deno.test(`${make}: a pad taken off while a PIN is typed ends the entry as tampered`, async () => {
    await using rig = await openRig(PATIENT);
    await loadWork(rig.pad, "pin");
    const stop = new AbortController();
    const entering = enter(rig.pad, "tdes", { signal: stop.signal, timeoutMs: 60_000 });
    await rig.keypad("open");
    rig.tamper();
    // No make says so of its own accord; somebody loses patience.
    stop.abort();
    assert.deepEqual(await entering, failed("tampered"));
  });

  Deno.test(`${make}: a driver that is put away closes the keypad`, async () => {
    await using rig = await openRig(PATIENT);
    await loadWork(rig.pad, "pin");
    const entering = enter(rig.pad);
    await rig.keypad("open");
    await rig[Symbol.asyncDispose]();
    assert.deepEqual(await entering, failed("cancelled"));
    assert.ok(!rig.simulator.state.isKeypadOpen);
  });

  Deno.test(`${make}: a keypad left open by a process that died is closed at the start`, async () => {
    await using first = await openRig(PATIENT);
    await loadWork(first.pad, "pin");
    const entering = enter(first.pad);
    await first.keypad("open");
    await first.cable.unplug();
    assert.deepEqual(await entering, failed("offline"));
    await using second = await wiredRig(first.simulator, open, CALM);
    assert.ok(!second.simulator.state.isKeypadOpen);
  });

  Deno.test(`${make}: only in a secure room a master key comes plain (R-DEV-10)`, async () => {
    await using rig = await openRig({ ...CALM, isSecureRoom: false });
    const [algorithm = "tdes"] = rig.pad.capabilities.algorithms;
    const request = { slot: 0, algorithm, purpose: "key_encryption", under: null } as const;
    rig.simulator.heard.length = 0;
    const loading = rig.pad.loadKey({ ...request, key: KEY.slice() }, patiently());
    assert.deepEqual(await loading, failed("refused"));
    assert.deepEqual(rig.simulator.heard.filter(isLoadingKey), []);
  });

  Deno.test(`${make}: no command opens the keypad for plain text`, async () => {
    await using rig = await openRig(PATIENT);
    await loadWork(rig.pad, "pin");
    const entering = enter(rig.pad);
    await rig.keypad("open");
    type(rig, "123456");
    rig.press("enter");
    assert.equal((await entering).kind, "done");
    assert.deepEqual(rig.simulator.heard.filter(isPlainEntry), []);
  });
}

Deno.test("a driver comes up offline when there is no pad, and finds it later", async () => {
  const cable = cableTo(simulateZt598Pad());
  await cable.unplug();
  const pad = await openZt598Pad({ ...WATCHFUL, openLine: cable.openLine });
  assert.equal((await pad.status()).device, "offline");
  cable.plug();
  await until(async () => (await pad.status()).device === "online");
  await pad[Symbol.asyncDispose]();
  await cable.unplug();
});

Deno.test("a late answer is not taken for the answer to the next question", async () => {
  const [host, device] = linePair();
  const pad = await openXzPad({ ...CALM, openLine: () => Promise.resolve(host) });
  const first = pad.identify(patiently());
  assert.deepEqual(await first, failed("offline"));
  const scripted = answerXz(device);
  const second = valueOf(await pad.identify(patiently()));
  assert.deepEqual(second, { serialNumber: "RS", firmware: "RE" });
  await pad[Symbol.asyncDispose]();
  await device[Symbol.asyncDispose]();
  await scripted;
});

Deno.test("what was loaded before the process began is told to the driver (R-DEV-10)", async () => {
  await using first = await wiredRig(simulateZt598Pad(), openZt598Pad, CALM);
  await loadWork(first.pad, "mac");
  const { simulator } = first;
  const slotKey = {
    slot: WORK_SLOT,
    algorithm: "tdes",
    purpose: "mac",
    under: 0,
    keyBytes: 16,
  } as const;
  await using second = await wiredRig(simulator, openZt598Pad, { ...CALM, slots: [slotKey] });
  const value = valueOf(await second.pad.checkValue(WORK_SLOT, patiently()));
  assert.equal(value.toHex().toUpperCase(), "08D7B4FB629D0885");
  assert.deepEqual(await second.pad.checkValue(0, patiently()), failed("no_key"));
});

Deno.test("function keys mean what the profile says (R-DEV-25)", async () => {
  const echoes = { digit: 0x2a, enter: 0x0d, cancel: 0x1b, clear: 0x25, backspace: 0x23 };
  const remapped = { "23": "backspace", "25": "clear", "08": "unused" } as const;
  const byByte = { ...USUAL_KEYS, ...remapped };
  const profile = { keys: { byByte, clear: "clear_all" } } as const;
  await using rig = await wiredRig(
    simulateZt598Pad({ echoes }),
    (options) => openZt598Pad({ ...options, profile }),
    CALM,
  );
  await loadWork(rig.pad, "pin");
  const events = listen(rig);
  const entering = enter(rig.pad);
  await rig.keypad("open");
  type(rig, "99");
  rig.press("clear");
  type(rig, "1239");
  rig.simulator.press("backspace");
  type(rig, "456");
  rig.press("enter");
  assert.equal(valueOf(await entering).block.toHex().toUpperCase(), PIN_BLOCK);
  assert.deepEqual(progressOf(events), [1, 2, 0, 1, 2, 3, 4, 3, 4, 5, 6]);
});

/** Answers every command with its name; first comes what belonged to a question of before. */
async function answerXz(device: ReturnType<typeof linePair>[number]): Promise<void> {
  await device.write(Uint8Array.of(0x02, 0x53, 0, 2, 0x41, 0x41), { timeoutMs: 1_000 });
  try {
    for (;;) {
      const frame = await device.read({ timeoutMs: 60_000 });
      const letters = frame?.subarray(1, 3) ?? [];
      await device.write(Uint8Array.of(0x02, 0x53, 0, 2, ...letters), { timeoutMs: 1_000 });
    }
  } catch {
    return;
  }
}

/** By what follows the first byte: KMY, ZT598, XZ. */
const TAKING_PIN = [/^0142/, /^\d{3}7/, /^PB/];
const LOADING_KEY = [/^..3[23].{16}/, /^\d{3}[12bc]\d/, /^L[KG]/];
/** X9.8 is the method 1 of KMY's start of a PIN; everything else would give it in clear. */
const PLAIN_ENTRY = [/^0635....(?!01)/, /^\d{3}5033/, /^OK/];

function isTakingPin(frame: Uint8Array): boolean {
  return TAKING_PIN.some((pattern) => pattern.test(textOf(frame)));
}

function isLoadingKey(frame: Uint8Array): boolean {
  return LOADING_KEY.some((pattern) => pattern.test(textOf(frame)));
}

function isPlainEntry(frame: Uint8Array): boolean {
  return PLAIN_ENTRY.some((pattern) => pattern.test(textOf(frame)));
}

function textOf(frame: Uint8Array): string {
  return String.fromCharCode(...frame.subarray(1));
}

function loadWorkAgain(rig: WiredRig) {
  const [algorithm = "tdes"] = rig.pad.capabilities.algorithms;
  const request = { slot: WORK_SLOT, algorithm, purpose: "mac", under: 0 } as const;
  return rig.pad.loadKey({ ...request, key: KEY.slice() }, patiently());
}

function listen(rig: WiredRig): PinPadEvent[] {
  const events: PinPadEvent[] = [];
  rig.pad.subscribe((event) => void events.push(event));
  return events;
}

async function deviceIs(rig: WiredRig, device: "online" | "offline"): Promise<void> {
  await until(async () => (await rig.pad.status()).device === device);
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!await isSo()) await new Promise((resolve) => setTimeout(resolve, 0));
}
