import assert from "node:assert/strict";
import { Cable } from "../../sandbox/devices/cable.ts";
import { CabinetBody } from "../../sandbox/devices/cabinet_body.ts";
import { CabinetModemPort } from "../../sandbox/devices/cabinet_modem_line.ts";
import { CabinetPower } from "../../sandbox/devices/cabinet_power.ts";
import { RelayBoardSimulator } from "../../sandbox/devices/cabinet_relay_board.ts";
import { UpsLineSimulator } from "../../sandbox/devices/cabinet_ups_line.ts";
import { CABINET_SENSORS_CHECKS } from "../conformance/cabinet_sensors.ts";
import { LIGHTS_CHECKS } from "../conformance/lights.ts";
import { UPS_CHECKS } from "../conformance/ups.ts";
import type { CommandOptions } from "../contract.ts";
import type { Light } from "./contract.ts";
import { openMegatecUps } from "./megatec_ups.ts";
import { openModemCabinet } from "./modem_cabinet.ts";
import { openRelayLights, type RelayCommands } from "./relay_lights.ts";

const SENSORS = { doorLine: "dsr", vibrationLine: "cts", closedWhen: "active", pollMs: 1 } as const;
const CHANNELS: Readonly<Record<string, Light>> = { 1: "card_slot", 3: "receipt" };
const BUZZER_CHANNEL = 8;

for (const [behaviour, check] of Object.entries(CABINET_SENSORS_CHECKS)) {
  Deno.test(`cabinet on modem lines: ${behaviour}`, async () => {
    const body = new CabinetBody();
    const port = new CabinetModemPort(body);
    await using sensors = await openModemCabinet({ openLine: port.openLine, ...SENSORS });
    await check({
      sensors,
      openDoor: () => body.setDoor(true),
      closeDoor: () => body.setDoor(false),
      shake: () => body.shake(),
      disconnect: () => Promise.resolve(port.unplug()),
    });
  });
}

for (const [behaviour, check] of Object.entries(UPS_CHECKS)) {
  Deno.test(`Megatec UPS: ${behaviour}`, async () => {
    const power = new CabinetPower();
    const simulator = new UpsLineSimulator(power);
    simulator.wire.splitInto(5);
    const cable = new Cable((line) => simulator.serve(line));
    await using ups = await openMegatecUps({ openLine: cable.openLine, pollMs: 1 });
    await check({
      ups,
      setSupply: (supply) => power.setSupply(supply),
      disconnect: () => cable.unplug(),
    });
  });
}

for (const [behaviour, check] of Object.entries(LIGHTS_CHECKS)) {
  Deno.test(`lights on a relay board: ${behaviour}`, async () => {
    await using bench = await openLights();
    const { lights, cable, board } = bench;
    await check({
      lights,
      shining: () => bench.shining(),
      beeps: async () => {
        await heard();
        return board.closings(BUZZER_CHANNEL);
      },
      disconnect: async () => {
        const changed = Promise.withResolvers<void>();
        lights.subscribe(() => changed.resolve());
        await cable.unplug();
        // A board says nothing: only using the line notices.
        await lights.show([], patiently());
        await changed.promise;
      },
    });
  });
}

Deno.test("cabinet on modem lines: an open door at the start is told like one that opens", async () => {
  const body = new CabinetBody();
  const port = new CabinetModemPort(body);
  port.unplug();
  body.setDoor(true);
  await using sensors = await openModemCabinet({
    openLine: port.openLine,
    backOffMs: [1],
    ...SENSORS,
  });
  assert.deepEqual(await sensors.status(), { device: "offline", door: "unknown" });
  const opened = Promise.withResolvers<void>();
  sensors.subscribe(({ kind }) => kind === "door_opened" && opened.resolve());
  port.plug();
  await opened.promise;
  assert.deepEqual(await sensors.status(), { device: "online", door: "open" });
});

Deno.test("cabinet on modem lines: a contact that bounces opens no door", async () => {
  const port = new CabinetModemPort(new CabinetBody());
  await using sensors = await openModemCabinet({ openLine: port.openLine, ...SENSORS });
  const events: string[] = [];
  sensors.subscribe(({ kind }) => void events.push(kind));
  for (let bounces = 0; bounces < 3; bounces++) {
    port.bounce();
    await port.looked(3);
  }
  assert.deepEqual(events, []);
});

Deno.test("cabinet on modem lines: a knock that shakes it for a while is told once", async () => {
  const body = new CabinetBody();
  const port = new CabinetModemPort(body);
  await using sensors = await openModemCabinet({ openLine: port.openLine, ...SENSORS });
  const events: string[] = [];
  sensors.subscribe(({ kind }) => void events.push(kind));
  for (let knocks = 0; knocks < 3; knocks++) {
    body.shake();
    await port.looked(2);
  }
  assert.deepEqual(events, ["vibration"]);
});

Deno.test("cabinet on modem lines: a contact that opens when the door closes", async () => {
  const port = new CabinetModemPort(new CabinetBody());
  await using sensors = await openModemCabinet({
    openLine: port.openLine,
    ...SENSORS,
    closedWhen: "inactive",
  });
  assert.equal((await sensors.status()).door, "open");
});

Deno.test("cabinet on a port without modem lines has a hardware error", async () => {
  const cable = new Cable(() => Promise.resolve());
  await using sensors = await openModemCabinet({ openLine: cable.openLine, ...SENSORS });
  assert.deepEqual(await sensors.status(), { device: "hardware_error", door: "unknown" });
});

Deno.test("Megatec UPS hears an answer at the second try, and knows rubbish and silence", async () => {
  const simulator = new UpsLineSimulator(new CabinetPower());
  const cable = new Cable((line) => simulator.serve(line));
  await using ups = await openMegatecUps({
    openLine: cable.openLine,
    pollMs: 60_000,
    replyWaitMs: 5,
  });
  for (const fault of ["cut", "silence", "garbage_before"] as const) {
    simulator.wire.spoil(fault, 1);
    assert.equal((await ups.status()).device, "online", fault);
  }
  simulator.wire.spoil("garbage_before");
  assert.equal((await ups.status()).device, "hardware_error");
  simulator.wire.spoil("silence");
  assert.equal((await ups.status()).device, "offline");
  simulator.wire.heal();
  assert.equal((await ups.status()).supply, "mains");
});

Deno.test("lights on a relay board shine again when the board had lost its power", async () => {
  await using bench = await openLights();
  await bench.lights.show(["receipt"], patiently());
  await bench.cable.unplug();
  await bench.lights.show(["receipt"], patiently());
  assert.deepEqual(await bench.lights.status(), { device: "offline" });
  const back = Promise.withResolvers<void>();
  bench.lights.subscribe(() => back.resolve());
  bench.cable.plug();
  await back.promise;
  await bench.lights.beep(patiently());
  assert.deepEqual(await bench.shining(), ["receipt"]);
});

async function openLights() {
  const board = new RelayBoardSimulator();
  const cable = new Cable((line) => board.serve(line));
  const lights = await openRelayLights({
    openLine: cable.openLine,
    lights: Object.fromEntries(
      Object.entries(CHANNELS).map(([channel, light]) => [light, relay(Number(channel))]),
    ),
    buzzer: relay(BUZZER_CHANNEL),
    beepMs: 1,
    backOffMs: [1],
  });
  return {
    board,
    cable,
    lights,
    shining: async () => {
      await heard();
      return Object.entries(CHANNELS)
        .filter(([channel]) => board.closed.has(Number(channel)))
        .map(([, light]) => light);
    },
    [Symbol.asyncDispose]: () => lights[Symbol.asyncDispose](),
  };
}

/** What was written is with the board in the next turn of the event loop. */
function heard(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function relay(channel: number): RelayCommands {
  const command = (state: number) => Uint8Array.of(0xa0, channel, state, 0xa0 + channel + state);
  return { on: command(1), off: command(0) };
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
