import assert from "node:assert/strict";
import type { SocialSecurityCard } from "../ffi/contract.ts";
import { DevDevices } from "../sandbox/devices/dev_devices.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import type { Pause } from "../server/platform/pause.ts";
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
  await rig.supervisor.start();
  rig.hand.insertCard(CARD, { personId: "chen", fault: null });
  await retainCard(rig, await cardIn(rig));
  assert.deepEqual(rig.kinds(), ["card.retaining", "card.retained"]);
  const told = rig.told.find((event) => event.kind === "card_retained");
  assert.match(told?.kind === "card_retained" ? told.number : "", /^—-261122-\d{6}$/);
  const slip = JSON.stringify(rig.hand.paper.sheets);
  assert.match(slip, /吞卡凭条/);
  assert.ok(!slip.includes(CARD.cardNumber) && !slip.includes(CARD.name));
  assert.equal((await rig.hand.devices.cardReader.status()).media, "not_present");
});

Deno.test("retainCard() keeps no other card than the forgotten one", async () => {
  await using rig = startRig();
  await rig.supervisor.start();
  rig.hand.insertCard(CARD, { personId: "chen", fault: null });
  const card = await cardIn(rig);
  rig.hand.pullCard();
  rig.hand.insertCard(CARD, { personId: "chen", fault: null });
  await retainCard(rig, card);
  assert.deepEqual(rig.kinds(), ["card.retaining", "card.not_retained"]);
  assert.equal((await rig.hand.devices.cardReader.status()).media, "present");
  assert.ok(!rig.told.some((event) => event.kind === "card_retained"));
  assert.equal(rig.hand.paper.sheets.length, 0);
});

/** Nothing is read, and nothing tried again, while a card is kept. */
const READ_TAKES_MS = 7;

const still: Pause = (_ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

async function cardIn({ supervisor }: ReturnType<typeof startRig>): Promise<number> {
  const card = await supervisor.findCard();
  assert.ok(card !== null);
  return card;
}

function startRig() {
  const hand = new DevDevices({
    pause: (ms, signal) => ms === READ_TAKES_MS ? still(ms, signal) : Promise.resolve(),
    readTakesMs: READ_TAKES_MS,
  });
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
    kinds: () => notes.map(({ kind }) => kind).filter((kind) => kind.startsWith("card.")),
    [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
  };
}
