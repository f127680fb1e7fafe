import { openModemCabinet } from "../../ffi/cabinet/modem_cabinet.ts";
import type { KioskDevices } from "../../ffi/contract.ts";
import type { PinPad } from "../../ffi/pin_pad/contract.ts";
import { openZt598Pad } from "../../ffi/pin_pad/zt598_pad.ts";
import { openHostedLibrary } from "../../ffi/vendor/hosted_library.ts";
import { SimulatedHardware } from "../../sandbox/devices/simulated_hardware.ts";
import { buildVendorLibraries } from "../../sandbox/devices/vendor/build.ts";
import type { Log } from "../../server/platform/log.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { lineOf } from "../../terminal/devices/configured_line.ts";
import type { DevicesConfig } from "../../terminal/devices/device_config.ts";
import { openDevices } from "../../terminal/devices/open_devices.ts";
import { StartError } from "../command.ts";
import { ownCommand } from "../terminal/vendor_libraries.ts";

export interface HardwareDevices extends AsyncDisposable {
  readonly devices: KioskDevices;
  /** The patient's and the technician's. */
  readonly hand: SimulatedHardware;
  endSession(): Promise<void>;
}

export interface HardwareDevicesOptions {
  /** Of this demo alone; made and emptied. */
  readonly folder: string;
  readonly log: Log;
  /** What two people do at the pad in a locked room, before it is built in. */
  readonly loadMaster: (pad: PinPad) => Promise<void>;
  /** How long a chip is talked to, so that a card can be pulled too early by hand. */
  readonly readTakesMs?: number;
  readonly moveTakesMs?: number;
}

const READ_TAKES_MS = 700;
const MOVE_TAKES_MS = 200;
const PRINT_TAKES_MS = 300;
const TAP_POLL_MS = 400;

/**
 * The drivers of a real kiosk on simulated hardware: serial ports that are ptys, and a card library
 * compiled here, in a child process. Needs gcc.
 */
export async function openHardwareDevices(
  options: HardwareDevicesOptions,
): Promise<HardwareDevices> {
  const { folder, log, readTakesMs = READ_TAKES_MS, moveTakesMs = MOVE_TAKES_MS } = options;
  await using stack = new AsyncDisposableStack();
  await Deno.mkdir(folder, { recursive: true });
  const libraries = await buildVendorLibraries({ target: Deno.build.arch, folder });
  if (!libraries) {
    throw new StartError("--devices=hardware 要现场编译模拟的厂商库，这台机器上没有 gcc：请先安装");
  }
  const hand = stack.use(
    new SimulatedHardware({
      folder,
      pause: pauseFor,
      readTakesMs,
      moveTakesMs,
      printTakesMs: PRINT_TAKES_MS,
    }),
  );
  await hand.plugAll();
  await visitSecureRoom(hand, options.loadMaster);
  const profile = `${folder}/social_security_card.toml`;
  await Deno.writeTextFile(profile, cardProfile(libraries.socialSecurityCard, hand.scriptPath));
  const opened = stack.use(
    await openDevices(configOf(hand, profile), {
      keepMovement: () => Promise.resolve(),
      openLibrary: (profilePath) =>
        openHostedLibrary({
          profilePath,
          command: [...ownCommand(), "device-host"],
          workFolder: `${folder}/library`,
          onTrouble: (story) => log.warn("A vendor library is in trouble", { story }),
        }),
    }),
  );
  const cabinet = stack.use(
    await openModemCabinet({
      openLine: hand.cabinetPort.openLine,
      doorLine: "dsr",
      closedWhen: "active",
      vibrationLine: "cts",
    }),
  );
  const kept = stack.move();
  return {
    devices: { ...opened, cabinet },
    hand,
    endSession: () => opened.endSession(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The kiosk's own driver takes no master in plain; this one is closed again before it opens. */
async function visitSecureRoom(
  hand: SimulatedHardware,
  loadMaster: HardwareDevicesOptions["loadMaster"],
): Promise<void> {
  const openLine = lineOf({ path: hand.portPath("pin_pad") }, { baud: 9_600 });
  await using pad = await openZt598Pad({ openLine, isSecureRoom: true });
  await loadMaster(pad);
}

function configOf(hand: SimulatedHardware, profile: string): DevicesConfig {
  return {
    card_reader: {
      driver: "motor_crt571",
      path: hand.portPath("card_reader"),
      profile,
      address: 0,
      tap_poll_ms: TAP_POLL_MS,
    },
    id_card_reader: { driver: "sdt_serial", path: hand.portPath("id_card_reader") },
    scanner: { driver: "serial", path: hand.portPath("scanner") },
    receipt_printer: {
      driver: "escpos_serial",
      path: hand.portPath("printer"),
      columns: 48,
      cutter: true,
    },
    pin_pad: { driver: "zt598", path: hand.portPath("pin_pad") },
    ups: { driver: "megatec_q1", path: hand.portPath("ups") },
    lights: {
      driver: "relays_serial",
      path: hand.portPath("lights"),
      card_slot: { on: Uint8Array.of(0xa0, 1, 1, 0xa2), off: Uint8Array.of(0xa0, 1, 0, 0xa1) },
    },
  };
}

/** As `ffi/profiles/sscard_driver.toml`, for the library compiled here; emulated hosts start slowly. */
export function cardProfile(library: string, scriptPath: string): string {
  const read = (name: string, type: number) => `
[functions.${name}]
symbol = "iReadCardBas"
parameters = [
  { kind = "constant", as = "i32", value = ${type} },
  { kind = "out text", name = "information", bufferBytes = 4096 },
]
result = { kind = "i64" }
success = { equals = 0 }
deadlineMs = 15_000
`;
  return `name = "社保卡读写器（模拟）"
library = "${library}"
encoding = "gb18030"
startMs = 120_000
environment = { YIKATONG_VENDOR_SCRIPT = "${scriptPath}" }
${read("readContact", 1)}${read("readContactless", 2)}`;
}
