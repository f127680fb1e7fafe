import assert from "node:assert/strict";
import type { SocialSecurityCard } from "../ffi/contract.ts";
import { DevDevices } from "../sandbox/devices/dev_devices.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import type { TerminalEvent } from "./contract.ts";
import type { TerminalNote } from "./device_notes.ts";
import { DeviceSupervisor } from "./device_supervisor.ts";
import { retainCard } from "./retain_card.ts";

const CARD: SocialSecurityCard = {
  region: "441900",
  socialSecurityNumber: "441900199001010000",
  cardNumber: "X00000019",
  cardIdentifier: "441900D15600000500BF7C7A48FB4966",
  name: "陈测试",
  version: "3.00",
};

Deno.test("retainCard() records first, then keeps the card, prints and tells (R-DEV-06)", async () => {
  await using rig = startRig();
  rig.hand.insertCard(CARD, { personId: "chen", fault: null });
  await retainCard(rig);
  assert.deepEqual(rig.kinds(), ["card.retaining", "card.retained"]);
  const told = rig.told.find((event) => event.kind === "card_retained");
  assert.match(told?.kind === "card_retained" ? told.number : "", /^—-261122\d{6}$/);
  const slip = JSON.stringify(rig.hand.paper.sheets);
  assert.match(slip, /吞卡凭条/);
  assert.ok(!slip.includes(CARD.cardNumber) && !slip.includes(CARD.name));
  assert.equal((await rig.hand.devices.cardReader.status()).media, "not_present");
});

Deno.test("retainCard() says that nothing was kept when the card was taken meanwhile", async () => {
  await using rig = startRig();
  await retainCard(rig);
  assert.deepEqual(rig.kinds(), ["card.retaining", "card.retain_failed", "card.not_retained"]);
  assert.ok(!rig.told.some((event) => event.kind === "card_retained"));
  assert.equal(rig.hand.paper.sheets.length, 0);
});

function startRig() {
  const still = () => new Promise<void>(() => {});
  const hand = new DevDevices({ pause: () => Promise.resolve() });
  const notes: TerminalNote[] = [];
  const told: TerminalEvent[] = [];
  const tell = (event: TerminalEvent) => void told.push(event);
  const note = (each: TerminalNote) => void notes.push(each);
  const supervisor = new DeviceSupervisor({
    devices: hand.devices,
    pause: still,
    log: SILENT_LOG,
    tell,
    note,
  });
  return {
    hand,
    told,
    tell,
    note,
    supervisor,
    printer: hand.devices.receiptPrinter,
    settings: { last: null },
    clock: { now: () => new Date("2026-11-22T04:30:00Z") },
    log: SILENT_LOG,
    kinds: () => notes.map(({ kind }) => kind),
    [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
  };
}
