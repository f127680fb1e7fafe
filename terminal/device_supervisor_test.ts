import assert from "node:assert/strict";
import type { SocialSecurityCard } from "../ffi/contract.ts";
import { DevDevices } from "../sandbox/devices/dev_devices.ts";
import { ManualPause } from "../sandbox/devices/manual_pause.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import type { TerminalEvent } from "./contract.ts";
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
  readonly all: readonly TerminalEvent[];
  next<Kind extends TerminalEvent["kind"]>(
    kind: Kind,
  ): Promise<Extract<TerminalEvent, { kind: Kind }>>;
}

async function startRig(): Promise<Rig> {
  const chip = new ManualPause();
  const rest = new ManualPause();
  const hand = new DevDevices({ pause: chip.pause });
  const all: TerminalEvent[] = [];
  let told = Promise.withResolvers<void>();
  const supervisor = new DeviceSupervisor({
    devices: hand.devices,
    pause: rest.pause,
    log: SILENT_LOG,
    tell: (event) => {
      all.push(event);
      told.resolve();
    },
  });
  await supervisor.start();
  let seen = all.length;
  return {
    hand,
    supervisor,
    chip,
    all,
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
}

function isOf<Kind extends TerminalEvent["kind"]>(
  event: TerminalEvent,
  kind: Kind,
): event is Extract<TerminalEvent, { kind: Kind }> {
  return event.kind === kind;
}
