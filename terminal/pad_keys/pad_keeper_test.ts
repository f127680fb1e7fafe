import assert from "node:assert/strict";
import { SimulatedPinPad } from "../../sandbox/devices/pin_pad/simulated_pin_pad.ts";
import type { TerminalNote } from "../device_notes.ts";
import type { KeptPadKeys } from "../journal_pad.ts";
import type { PlatformAnswer, PlatformCall } from "../platform_client.ts";
import { PadKeeper } from "./pad_keeper.ts";

const SIGNAL = new AbortController().signal;
const KEPT: KeptPadKeys = {
  version: 3,
  algorithm: "sm4",
  progress: "ready",
  pinCheck: "00".repeat(8),
  macCheck: "00".repeat(8),
};

function openKeeper() {
  const pinPad = new SimulatedPinPad();
  // A pad that tells no check values: its keys are believed to be there.
  pinPad.checkValue = () => Promise.resolve({ kind: "failed", reason: "not_supported" });
  const notes: TerminalNote[] = [];
  let kept: KeptPadKeys | null = KEPT;
  let asked = 0;
  const client = {
    call<Value>(_call: PlatformCall<Value>): Promise<PlatformAnswer<Value>> {
      asked += 1;
      return Promise.resolve({ kind: "no_answer", reason: "down", late: false });
    },
  };
  const keeper = new PadKeeper({
    pinPad,
    register: null,
    client,
    memory: {
      keep: (keys) => void (kept = keys),
      find: () => kept,
      forget: () => void (kept = null),
    },
    note: (one) => notes.push(one),
    pause: () => Promise.resolve(),
    tellChanged: () => {},
  });
  return { keeper, pinPad, notes, asked: () => asked };
}

Deno.test("PadKeeper lends the pad's keys to one payment, and changes nothing till it is over", async () => {
  const { keeper, pinPad, notes } = openKeeper();
  assert.equal(await keeper.lend(), null);
  assert.equal(keeper.trouble, "starting");
  await keeper.check(SIGNAL);
  assert.equal(keeper.trouble, null);
  const lent = await keeper.lend();
  assert.deepEqual(lent?.keys.mac, { slot: 2, method: "sm4_cbc" });
  pinPad.tamper();
  let isChecked = false;
  const checking = keeper.check(SIGNAL).then(() => void (isChecked = true));
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  assert.ok(!isChecked, "it waits for the payment");
  lent?.[Symbol.dispose]();
  await checking;
  assert.equal(keeper.trouble, "tampered");
  assert.equal(await keeper.lend(), null);
  const kinds = notes.map(({ kind }) => kind);
  assert.deepEqual(kinds, ["pad_keys.ready", "pad_keys.missing", "pin_pad.tampered"]);
});

Deno.test("PadKeeper tells a trouble once, however often it looks", async () => {
  const { keeper, pinPad, notes, asked } = openKeeper();
  pinPad.setOnline(false);
  for (let turn = 0; turn < 3; turn += 1) await keeper.check(SIGNAL);
  assert.equal(asked(), 3);
  assert.deepEqual(notes.map(({ fields }) => fields), [{ reason: "pad_offline" }]);
});
