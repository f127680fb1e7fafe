import assert from "node:assert/strict";
import type { PinPad, PinPadAlgorithm, PinPadEvent, PinPadMacMethod } from "../pin_pad/contract.ts";
import {
  enterPin,
  failed,
  KEY,
  loadMaster,
  loadUnderMaster,
  loadWork,
  MASTER_SLOT,
  PAN,
  patiently,
  progressOf,
  type,
  type TypedDigit,
  valueOf,
  WORK_SLOT,
} from "../pin_pad/testing/requests.ts";

/** A pad in a secure room without keys, and the hand of a patient and of a technician. */
export interface PinPadRig extends AsyncDisposable {
  readonly pad: PinPad;
  press(key: PinPadRigKey): void;
  /** Takes the pad off its panel. */
  tamper(): void;
  /** Mounts it again; its keys stay gone. */
  repair(): void;
  setBattery(battery: "good" | "low"): void;
  /** Resolves when the pad takes keys, and when it does not any more. */
  keypad(state: "open" | "closed"): Promise<void>;
}

type PinPadRigKey = TypedDigit | "enter" | "cancel" | "clear";

type Check = (rig: PinPadRig) => Promise<void>;

const MESSAGE = new TextEncoder().encode("02001234567890123456789012345678901234567890");
const SM4_MESSAGE = new TextEncoder().encode("0200" + "1234567890".repeat(5));
const MASTER_KEY = Uint8Array.fromHex("1234567890ABCDEFABCDEF0987654321");
const WRAPPED_WORK_KEY = Uint8Array.fromHex("3D66234C49E4296FF9C78D8BACBD6A76");
const CHECK_VALUES: Readonly<Record<PinPadAlgorithm, Uint8Array>> = {
  tdes: Uint8Array.fromHex("08D7B4FB629D0885"),
  sm4: Uint8Array.fromHex("2677F46B09C122CC"),
};
const PIN_BLOCKS: Readonly<Record<PinPadAlgorithm, string>> = {
  tdes: "2A084C604973D4AE",
  /** SM4 of 06123456FFFFFFFFFFFFEDCBA9876FED. */
  sm4: "D664C07BA219562A239841632F092577",
};

/** What every PIN pad driver must do (R-DEV-08, R-DEV-10, R-DEV-11). */
export const PIN_PAD_CHECKS: Readonly<Record<string, Check>> = {
  "identify() gives serial number and firmware": async ({ pad }) => {
    const { serialNumber, firmware } = valueOf(await pad.identify(patiently()));
    assert.match(serialNumber, /\S/);
    assert.match(firmware, /\S/);
    assert.ok(pad.capabilities.keySlots >= 16);
  },
  "a PIN comes out as the block of devices.md §3.4 and as nothing else": async (rig) => {
    for (const algorithm of rig.pad.capabilities.algorithms) {
      await loadWork(rig.pad, "pin", algorithm);
      const events = listen(rig.pad);
      const entering = enter(rig, algorithm);
      await rig.keypad("open");
      assert.equal((await rig.pad.status()).entry, "pin");
      type(rig, "123456");
      rig.press("enter");
      const { block, digits } = valueOf(await entering);
      assert.equal(block.toHex().toUpperCase(), PIN_BLOCKS[algorithm]);
      assert.equal(digits, 6);
      await rig.keypad("closed");
      assert.equal((await rig.pad.status()).entry, "idle");
      assert.deepEqual(progressOf(events), [1, 2, 3, 4, 5, 6]);
      assert.doesNotMatch(JSON.stringify(events), /123456/);
    }
  },
  "清除 takes digits back, and digits beyond the longest PIN are not taken": async (rig) => {
    const algorithm = await loadPinKey(rig.pad);
    const entering = enter(rig, algorithm);
    await rig.keypad("open");
    type(rig, "9");
    rig.press("clear");
    type(rig, "12345678");
    rig.press("enter");
    const { block, digits } = valueOf(await entering);
    assert.equal(block.toHex().toUpperCase(), PIN_BLOCKS[algorithm]);
    assert.equal(digits, 6);
  },
  "确认 after too few digits ends nothing": async (rig) => {
    const algorithm = await loadPinKey(rig.pad);
    const events = listen(rig.pad);
    const entering = enter(rig, algorithm);
    await rig.keypad("open");
    type(rig, "999");
    rig.press("enter");
    // Makes that know no shortest length begin again, others wait for more.
    await until(() => progressOf(events).length >= 3);
    await rig.keypad("open");
    rig.press("clear");
    rig.press("clear");
    rig.press("clear");
    type(rig, "123456");
    rig.press("enter");
    assert.equal(valueOf(await entering).block.toHex().toUpperCase(), PIN_BLOCKS[algorithm]);
  },
  "取消 ends the entry as patient_cancelled, and the next patient begins anew": async (rig) => {
    const algorithm = await loadPinKey(rig.pad);
    const entering = enter(rig, algorithm);
    await rig.keypad("open");
    type(rig, "99");
    rig.press("cancel");
    assert.deepEqual(await entering, failed("patient_cancelled"));
    await rig.keypad("closed");
    const again = enter(rig, algorithm);
    await rig.keypad("open");
    type(rig, "123456");
    rig.press("enter");
    assert.equal(valueOf(await again).block.toHex().toUpperCase(), PIN_BLOCKS[algorithm]);
  },
  "the keypad is closed when the entry is cancelled, late, or reset": async (rig) => {
    const algorithm = await loadPinKey(rig.pad);
    const stop = new AbortController();
    const cancelled = enter(rig, algorithm, { signal: stop.signal, timeoutMs: 60_000 });
    await rig.keypad("open");
    assert.deepEqual(await rig.pad.identify(patiently()), failed("busy"));
    stop.abort();
    assert.deepEqual(await cancelled, failed("cancelled"));
    await rig.keypad("closed");
    const late = enter(rig, algorithm, { signal: new AbortController().signal, timeoutMs: 1 });
    assert.deepEqual(await late, failed("timeout"));
    await rig.keypad("closed");
    const reset = enter(rig, algorithm);
    await rig.keypad("open");
    assert.equal((await rig.pad.reset(patiently())).kind, "done");
    assert.deepEqual(await reset, failed("cancelled"));
    await rig.keypad("closed");
  },
  "a PIN is refused without a key, with a key for something else, and without a card": async (
    rig,
  ) => {
    const [algorithm = "tdes"] = rig.pad.capabilities.algorithms;
    assert.deepEqual(await enter(rig, algorithm), failed("no_key"));
    await loadWork(rig.pad, "mac", algorithm);
    assert.deepEqual(await enter(rig, algorithm), failed("wrong_key_purpose"));
    const request = { slot: WORK_SLOT, algorithm, minDigits: 4, maxDigits: 6 };
    for (const wrong of [{ pan: "123" }, { pan: PAN, maxDigits: 13 }, { pan: PAN, minDigits: 7 }]) {
      const entering = rig.pad.enterPin({ ...request, ...wrong }, patiently());
      assert.deepEqual(await entering, failed("refused"));
    }
  },
  "check values are shown or computed, and a wrong one makes the key unusable": async ({ pad }) => {
    for (const algorithm of pad.capabilities.algorithms) {
      await loadWork(pad, "mac", algorithm);
      const value = valueOf(await pad.checkValue(WORK_SLOT, patiently()));
      assert.ok(value.length >= 3);
      assert.deepEqual(value, CHECK_VALUES[algorithm].slice(0, value.length));
      const checkValue = Uint8Array.of(1, 2, 3, 4);
      const loading = loadUnderMaster(pad, { algorithm, purpose: "mac", checkValue });
      assert.deepEqual(await loading, failed("wrong_check_value"));
      assert.deepEqual(await pad.checkValue(WORK_SLOT, patiently()), failed("no_key"));
      const method = algorithm === "sm4" ? "sm4_cbc" : "x9_19";
      assert.deepEqual(await mac(pad, method, MESSAGE), failed("no_key"));
    }
  },
  "keys go under a master key only, which alone may come plain": async ({ pad }) => {
    const [algorithm = "tdes"] = pad.capabilities.algorithms;
    assert.deepEqual(await loadUnderMaster(pad, { algorithm, purpose: "pin" }), failed("no_key"));
    const request = { slot: WORK_SLOT, algorithm, key: KEY } as const;
    for (
      const wrong of [
        { purpose: "pin", under: null },
        { purpose: "pin", under: WORK_SLOT },
        { purpose: "pin", under: pad.capabilities.keySlots },
        { purpose: "key_encryption", under: null, slot: -1 },
        { purpose: "key_encryption", under: null, key: new Uint8Array(15) },
      ] as const
    ) {
      assert.deepEqual(await pad.loadKey({ ...request, ...wrong }, patiently()), failed("refused"));
    }
    await loadWork(pad, "data", algorithm);
    const under = { ...request, slot: 6, purpose: "pin", under: WORK_SLOT } as const;
    assert.deepEqual(await pad.loadKey(under, patiently()), failed("wrong_key_purpose"));
  },
  "a published work key unwraps under its master key": async (rig) => {
    if (!rig.pad.capabilities.algorithms.includes("sm4")) return;
    await loadMaster(rig.pad, "sm4", MASTER_KEY);
    const request = {
      slot: WORK_SLOT,
      algorithm: "sm4",
      purpose: "pin",
      under: MASTER_SLOT,
      key: WRAPPED_WORK_KEY,
      checkValue: Uint8Array.fromHex("861E83E31FAEBF10"),
    } as const;
    assert.deepEqual(await rig.pad.loadKey(request, patiently()), { kind: "done", value: null });
    const entering = rig.pad.enterPin({
      slot: WORK_SLOT,
      algorithm: "sm4",
      pan: "6230606601007726888",
      minDigits: 4,
      maxDigits: 6,
    }, patiently());
    await rig.keypad("open");
    type(rig, "123654");
    rig.press("enter");
    const { block } = valueOf(await entering);
    assert.equal(block.toHex().toUpperCase(), "CD01D6AD8F0A484C52A9364A0595AD60");
  },
  "MACs are those of devices.md §3.4": async ({ pad }) => {
    await macIs(pad, "x9_9", Uint8Array.fromHex("5CD46068097435C6"));
    await macIs(pad, "x9_19", Uint8Array.fromHex("7277DF6BB889E8A7"));
    await macIs(pad, "unionpay_ecb", new TextEncoder().encode("D2394DF6"));
    await macIs(pad, "sm4_cbc", Uint8Array.fromHex("BD631EF6C13531AA12030ED0384FB4EC"));
  },
  "data is encrypted and decrypted in pieces that fit the pad": async ({ pad }) => {
    for (const algorithm of pad.capabilities.algorithms) {
      await loadWork(pad, "data", algorithm);
      const blockBytes = algorithm === "sm4" ? 16 : 8;
      const data = Uint8Array.from({ length: 2048 }, (_, at) => at * 7);
      for (const iv of [undefined, new Uint8Array(blockBytes).fill(0x5a)]) {
        const request = { slot: WORK_SLOT, algorithm, ...(iv ? { iv } : {}) };
        const run = async (direction: "encrypt" | "decrypt", given: Uint8Array) =>
          valueOf(await pad.encrypt({ ...request, direction, data: given }, patiently()));
        const secret = await run("encrypt", data);
        assert.equal(secret.length, data.length);
        assert.notDeepEqual(secret, data);
        assert.deepEqual(await run("decrypt", secret), data);
        // The first block of CBC is the one of ECB when the IV is taken off.
        const first = data.slice(0, blockBytes).map((byte, at) => byte ^ (iv?.[at] ?? 0));
        const block = { slot: WORK_SLOT, algorithm, direction: "encrypt", data: first } as const;
        const single = valueOf(await pad.encrypt(block, patiently()));
        assert.deepEqual(secret.slice(0, blockBytes), single);
      }
    }
  },
  "data that is no whole blocks, or too much, is refused": async ({ pad }) => {
    const [algorithm = "tdes"] = pad.capabilities.algorithms;
    await loadWork(pad, "data", algorithm);
    for (const length of [0, 7, pad.capabilities.dataBytesMax + 16]) {
      const data = new Uint8Array(length);
      const request = { slot: WORK_SLOT, algorithm, direction: "encrypt", data } as const;
      assert.deepEqual(await pad.encrypt(request, patiently()), failed("refused"));
    }
    assert.deepEqual(await mac(pad, "x9_19", MESSAGE), failed("wrong_key_purpose"));
  },
  "eraseKeys() leaves no key and raises no alarm": async ({ pad }) => {
    const [algorithm = "tdes"] = pad.capabilities.algorithms;
    await loadWork(pad, "mac", algorithm);
    const events = listen(pad);
    assert.equal((await pad.eraseKeys(patiently())).kind, "done");
    assert.deepEqual(await pad.checkValue(WORK_SLOT, patiently()), failed("no_key"));
    assert.equal((await pad.status()).tamper, "intact");
    assert.deepEqual(events.filter(({ kind }) => kind === "tampered"), []);
    await loadWork(pad, "mac", algorithm);
  },
  "tampering is told once, its keys are gone, and new master keys end it": async (rig) => {
    const { pad } = rig;
    const [algorithm = "tdes"] = pad.capabilities.algorithms;
    await loadWork(pad, "pin", algorithm);
    const events = listen(pad);
    rig.tamper();
    await until(async () => (await pad.status()).tamper === "tampered");
    assert.deepEqual(await enter(rig, algorithm), failed("tampered"));
    assert.deepEqual(await loadUnderMaster(pad, { algorithm, purpose: "pin" }), failed("tampered"));
    assert.deepEqual(await pad.checkValue(WORK_SLOT, patiently()), failed("tampered"));
    assert.deepEqual(await mac(pad, "x9_19", MESSAGE), failed("tampered"));
    const data = new Uint8Array(16);
    const request = { slot: WORK_SLOT, algorithm, direction: "encrypt", data } as const;
    assert.deepEqual(await pad.encrypt(request, patiently()), failed("tampered"));
    assert.equal((await pad.status()).tamper, "tampered");
    assert.equal(events.filter(({ kind }) => kind === "tampered").length, 1);
    rig.repair();
    await loadMaster(pad, algorithm);
    assert.equal((await pad.status()).tamper, "intact");
    assert.deepEqual(await enter(rig, algorithm), failed("no_key"));
  },
  "a battery that runs low is seen": async (rig) => {
    const [algorithm = "tdes"] = rig.pad.capabilities.algorithms;
    await loadMaster(rig.pad, algorithm);
    assert.equal((await rig.pad.status()).battery, "good");
    rig.setBattery("low");
    await until(async () => (await rig.pad.status()).battery === "low");
  },
};

async function loadPinKey(pad: PinPad): Promise<PinPadAlgorithm> {
  const [algorithm = "tdes"] = pad.capabilities.algorithms;
  await loadWork(pad, "pin", algorithm);
  return algorithm;
}

function enter(rig: PinPadRig, algorithm: PinPadAlgorithm, options = patiently()) {
  return enterPin(rig.pad, algorithm, options);
}

async function macIs(pad: PinPad, method: PinPadMacMethod, expected: Uint8Array): Promise<void> {
  if (!pad.capabilities.macMethods.includes(method)) {
    assert.deepEqual(await mac(pad, method, MESSAGE), failed("not_supported"));
    return;
  }
  const isSm4 = method === "sm4_cbc";
  await loadWork(pad, "mac", isSm4 ? "sm4" : "tdes");
  assert.deepEqual(valueOf(await mac(pad, method, isSm4 ? SM4_MESSAGE : MESSAGE)), expected);
}

function mac(pad: PinPad, method: PinPadMacMethod, data: Uint8Array) {
  return pad.mac({ slot: WORK_SLOT, method, data }, patiently());
}

function listen(pad: PinPad): PinPadEvent[] {
  const events: PinPadEvent[] = [];
  pad.subscribe((event) => void events.push(event));
  return events;
}

/** Looks again after whatever is under way had its turn. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!await isSo()) await new Promise((resolve) => setTimeout(resolve, 0));
}
