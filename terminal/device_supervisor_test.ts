import assert from "node:assert/strict";
import type { SocialSecurityCard } from "../ffi/contract.ts";
import { DevDevices } from "../sandbox/devices/dev_devices.ts";
import { ManualPause } from "../sandbox/devices/manual_pause.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import type { DeviceStatus, TerminalEvent } from "./contract.ts";
import { DeviceSupervisor } from "./device_supervisor.ts";

const CARD: SocialSecurityCard = {
  region: "441900",
  socialSecurityNumber: "441900199001010000",
  cardNumber: "X00000019",
  cardIdentifier: "441900D15600000500BF7C7A48FB4966",
  name: "陈测试",
  version: "3.00",
};
const HELD = { personId: "chen", fault: null };

Deno.test("DeviceSupervisor tells a card pulled mid-read, and reads the next one", async () => {
  await using rig = await startRig();
  rig.hand.insertCard(CARD, HELD);
  await rig.chip.reached();
  rig.hand.pullCard();
  assert.deepEqual(await rig.next("read_failed"), {
    kind: "read_failed",
    device: "card_reader",
    reason: "removed_too_early",
  });
  rig.hand.insertCard(CARD, HELD);
  await rig.chip.reached();
  rig.chip.release();
  await rig.next("credential");
});

Deno.test("DeviceSupervisor reads a card once, however long it lies in the reader", async () => {
  await using rig = await startRig();
  rig.hand.insertCard(CARD, HELD);
  await rig.chip.reached();
  rig.chip.release();
  await rig.next("credential");
  await rig.supervisor.ejectCard();
  rig.hand.pullCard();
  await rig.next("card_removed");
  assert.equal(rig.all.filter((event) => event.kind === "credential").length, 1);
});

Deno.test("DeviceSupervisor tells a device that went away and uses it when it is back", async () => {
  await using rig = await startRig();
  rig.hand.setOnline("card_reader", false);
  assert.equal((await rig.next("device")).status.state, "offline");
  rig.hand.setOnline("card_reader", true);
  assert.equal((await rig.next("device")).status.state, "online");
  rig.hand.insertCard(CARD, HELD);
  await rig.chip.reached();
  rig.chip.release();
  await rig.next("credential");
});

Deno.test("DeviceSupervisor tells paper low, paper out and an open cover", async () => {
  await using rig = await startRig();
  rig.hand.setPaper("low");
  assert.equal((await rig.next("device")).status.state, "paper_low");
  rig.hand.setPaper("out");
  assert.equal((await rig.next("device")).status.state, "paper_out");
  rig.hand.setPaper("full");
  assert.equal((await rig.next("device")).status.state, "online");
  rig.hand.setCover(true);
  assert.equal((await rig.next("device")).status.state, "paper_out");
});

Deno.test("DeviceSupervisor keeps the scanner dark while nothing is wanted", async () => {
  await using rig = await startRig();
  rig.supervisor.setWant("nothing");
  assert.equal(await scannerArms(rig, false), true);
  assert.equal(rig.hand.scan("134567890123456789"), false);
  rig.supervisor.setWant("payment_code");
  assert.equal(await scannerArms(rig, true), true);
});

Deno.test("DeviceSupervisor gives back unread a card that lay there when it started", async () => {
  const hand = handWith(new ManualPause());
  hand.insertCard(CARD, HELD);
  await using rig = await startRig(hand);
  await rig.next("card_given_back");
  assert.equal((await hand.devices.cardReader.status()).media, "entering");
  await rig.nextPatient();
  assert.equal(rig.count("credential"), 1);
});

Deno.test("DeviceSupervisor gives back unread a card found in a reader that came up late", async () => {
  const hand = handWith(new ManualPause());
  hand.setOnline("card_reader", false);
  hand.insertCard(CARD, HELD);
  await using rig = await startRig(hand);
  hand.setOnline("card_reader", true);
  await rig.next("card_given_back");
  await rig.nextPatient();
  assert.equal(rig.count("credential"), 1);
});

Deno.test("DeviceSupervisor gives back unread a card of a session that ended without its reader", async () => {
  await using rig = await startRig();
  await rig.readsCard();
  rig.hand.setOnline("card_reader", false);
  await rig.supervisor.ejectCard();
  rig.hand.setOnline("card_reader", true);
  await rig.next("card_given_back");
  await rig.nextPatient();
  assert.equal(rig.count("credential"), 2);
});

Deno.test("DeviceSupervisor owes the next patient nothing of a card taken out of a dead reader", async () => {
  await using rig = await startRig();
  await rig.readsCard();
  rig.hand.setOnline("card_reader", false);
  await rig.supervisor.ejectCard();
  rig.hand.pullCard();
  rig.hand.setOnline("card_reader", true);
  await until(() => rig.supervisor.statuses.some(isReaderOnline));
  await rig.readsCard();
  assert.equal(rig.count("card_given_back"), 0);
});

for (const reason of ["timeout", "hardware_error", "busy"] as const) {
  Deno.test(`DeviceSupervisor says so and gives the card back when a read ends as ${reason}`, async () => {
    const hand = handWith(new ManualPause());
    const { cardReader } = hand.devices;
    const { read } = cardReader;
    const inserted = Promise.withResolvers<void>();
    let isFirst = true;
    cardReader.read = async (options) => {
      if (!isFirst) return await read.call(cardReader, options);
      isFirst = false;
      await inserted.promise;
      return { kind: "failed", reason };
    };
    await using rig = await startRig(hand);
    hand.insertCard(CARD, HELD);
    inserted.resolve();
    const failed = await rig.next("read_failed");
    assert.equal(failed.reason, reason === "timeout" ? "timeout" : "device_failed");
    await until(async () => (await cardReader.status()).media === "entering");
    await rig.nextPatient();
  });
}

Deno.test("DeviceSupervisor tries again to give a card back that did not come out", async () => {
  const hand = handWith(new ManualPause());
  const { cardReader } = hand.devices;
  const { eject } = cardReader;
  let failures = 2;
  cardReader.eject = async (options) =>
    failures-- > 0 ? { kind: "failed", reason: "timeout" } : await eject.call(cardReader, options);
  await using rig = await startRig(hand);
  await rig.readsCard();
  await rig.supervisor.ejectCard();
  await until(async () => {
    rig.rest.release();
    return (await cardReader.status()).media === "entering";
  });
  await rig.next("card_given_back");
});

Deno.test("DeviceSupervisor numbers the cards, so that no other one is kept", async () => {
  await using rig = await startRig();
  assert.equal(await rig.supervisor.findCard(), null);
  await rig.readsCard();
  const first = await rig.supervisor.findCard();
  assert.ok(first !== null);
  rig.hand.pullCard();
  assert.equal(await rig.supervisor.findCard(), null);
  await rig.readsCard();
  assert.notEqual(await rig.supervisor.findCard(), first);
  assert.equal(await rig.supervisor.retainCard(first), false);
  assert.equal((await rig.hand.devices.cardReader.status()).media, "present");
});

Deno.test("DeviceSupervisor reads a tapped card once, and the next one after it", async () => {
  await using rig = await startRig();
  for (const count of [1, 2]) {
    await until(() => rig.hand.tapCard(CARD));
    await rig.chip.reached();
    rig.chip.release();
    await rig.next("credential");
    assert.equal(rig.count("credential"), count);
  }
});

Deno.test("DeviceSupervisor drops a code that was scanned for the screen before", async () => {
  const hand = handWith(new ManualPause());
  const { scanner } = hand.devices;
  const { scan } = scanner;
  const shown = Promise.withResolvers<void>();
  let scans = 0;
  scanner.scan = async (options) => {
    if (++scans > 1) return await scan.call(scanner, options);
    await shown.promise;
    return { kind: "done", value: "134567890123456789" };
  };
  await using rig = await startRig(hand);
  await until(() => scans === 1);
  rig.supervisor.setWant("payment_code");
  shown.resolve();
  assert.equal(await scannerArms(rig, true), true);
  assert.equal(rig.count("payment_code") + rig.count("credential"), 0);
});

const TURNS_MAX = 2_000;

/** Without time: everything here happens in turns of the event loop. */
async function until(isMeant: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    if (await isMeant()) return;
    await new Promise((resolve) => setTimeout(resolve));
  }
  assert.fail("it does not come to that");
}

function isReaderOnline({ device, state }: DeviceStatus): boolean {
  return device === "card_reader" && state === "online";
}

async function scannerArms(rig: Rig, armed: boolean): Promise<boolean> {
  const turns = 50;
  for (let turn = 0; turn < turns; turn++) {
    if ((await rig.hand.devices.scanner.status()).armed === armed) return true;
  }
  return false;
}

interface Rig extends AsyncDisposable {
  readonly hand: DevDevices;
  readonly supervisor: DeviceSupervisor;
  /** The time a chip is talked to. */
  readonly chip: ManualPause;
  /** After a fault. */
  readonly rest: ManualPause;
  /** A card is put in and read, and lies there. */
  readsCard(): Promise<void>;
  /** Whoever stood here takes the card, and the next one's is read. */
  nextPatient(): Promise<void>;
  count(kind: TerminalEvent["kind"]): number;
  readonly all: readonly TerminalEvent[];
  next<Kind extends TerminalEvent["kind"]>(
    kind: Kind,
  ): Promise<Extract<TerminalEvent, { kind: Kind }>>;
}

const chips = new WeakMap<DevDevices, ManualPause>();

function handWith(chip: ManualPause): DevDevices {
  const hand = new DevDevices({ pause: chip.pause });
  chips.set(hand, chip);
  return hand;
}

async function startRig(given?: DevDevices): Promise<Rig> {
  const hand = given ?? handWith(new ManualPause());
  const chip = chips.get(hand) ?? new ManualPause();
  const rest = new ManualPause();
  const scan = new ManualPause();
  const all: TerminalEvent[] = [];
  let told = Promise.withResolvers<void>();
  const supervisor = new DeviceSupervisor({
    devices: hand.devices,
    pause: (ms, signal) => (ms < 60_000 ? rest : scan).pause(ms, signal),
    log: SILENT_LOG,
    tell: (event) => {
      all.push(event);
      told.resolve();
    },
  });
  await supervisor.start();
  let seen = all.length;
  const rig: Rig = {
    hand,
    supervisor,
    chip,
    rest,
    all,
    async readsCard() {
      hand.insertCard(CARD, HELD);
      await chip.reached();
      chip.release();
      await rig.next("credential");
    },
    async nextPatient() {
      hand.pullCard();
      await rig.readsCard();
    },
    count: (kind) => all.filter((event) => event.kind === kind).length,
    async next<Kind extends TerminalEvent["kind"]>(kind: Kind) {
      for (;;) {
        const event = all[seen];
        if (!event) {
          told = Promise.withResolvers();
          await told.promise;
          continue;
        }
        seen += 1;
        if (isOf(event, kind)) return event;
      }
    },
    [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
  };
  return rig;
}

function isOf<Kind extends TerminalEvent["kind"]>(
  event: TerminalEvent,
  kind: Kind,
): event is Extract<TerminalEvent, { kind: Kind }> {
  return event.kind === kind;
}
