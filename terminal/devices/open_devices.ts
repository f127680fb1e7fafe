import type {
  CardReader,
  IdCardReader,
  KioskDevices,
  ReceiptPrinter,
  Scanner,
} from "../../ffi/contract.ts";
import type { CabinetSensors, Lights, Ups } from "../../ffi/cabinet/contract.ts";
import { openMegatecUps } from "../../ffi/cabinet/megatec_ups.ts";
import { openModemCabinet } from "../../ffi/cabinet/modem_cabinet.ts";
import { openRelayLights } from "../../ffi/cabinet/relay_lights.ts";
import { openManualCardReader } from "../../ffi/card_reader/manual_card_reader.ts";
import { openMotorCardReader } from "../../ffi/card_reader/motor_card_reader.ts";
import type { CardMovement, MotorReader } from "../../ffi/motor_reader/contract.ts";
import { openCrt310 } from "../../ffi/motor_reader/crt310.ts";
import { openCrt571 } from "../../ffi/motor_reader/crt571.ts";
import type { PinPad } from "../../ffi/pin_pad/contract.ts";
import { openKmyPad } from "../../ffi/pin_pad/kmy_pad.ts";
import { openXzPad } from "../../ffi/pin_pad/xz_pad.ts";
import { openZt598Pad } from "../../ffi/pin_pad/zt598_pad.ts";
import { openEscposPrinter } from "../../ffi/receipt_printer/escpos_printer.ts";
import { openSerialScanner } from "../../ffi/scanner/serial_scanner.ts";
import { openSocialSecurityChip } from "../../ffi/social_security_card/chip.ts";
import type { VendorLibrary } from "../../ffi/vendor/contract.ts";
import { openSdtReader } from "../../ffi/id_card/sdt_reader.ts";
import { openSdtLibraryReader } from "../../ffi/id_card/sdt_library.ts";
import { openCvrLibraryReader } from "../../ffi/id_card/cvr_library.ts";
import type { InsuranceTerminal } from "../../ffi/insurance_terminal/contract.ts";
import { openInsuranceTerminal } from "../../ffi/insurance_terminal/insurance_terminal.ts";
import {
  absentCardReader,
  absentIdCardReader,
  absentReceiptPrinter,
  absentScanner,
} from "./absent_devices.ts";
import { lineOf } from "./configured_line.ts";
import type { DevicesConfig } from "./device_config.ts";
import { slotsOf } from "./pad_register.ts";
import { kmyProfileOf, xzProfileOf, zt598ProfileOf } from "./pin_pad_config.ts";

export interface OpenDevicesDeps {
  /** On disk when it resolves; then the motor runs. */
  readonly keepMovement: (movement: CardMovement) => Promise<void>;
  /** A vendor's library in a child process of its own, by the profile's path. */
  readonly openLibrary: (profile: string) => Promise<VendorLibrary>;
}

/** What opens the drivers and closes them again. */
interface Opening extends OpenDevicesDeps {
  readonly stack: AsyncDisposableStack;
  /** By profile: two devices may be driven by one library. */
  readonly libraries: Map<string, VendorLibrary>;
}

export interface OpenedDevices extends KioskDevices, AsyncDisposable {
  /** The patient has left: the libraries' logs and photos are wiped. */
  endSession(): Promise<void>;
}

/**
 * The devices of this kiosk as they are configured. One that is not plugged in comes up `offline`
 * and is found again by its driver; only a configuration that cannot be meant throws.
 */
export async function openDevices(
  config: DevicesConfig,
  deps: OpenDevicesDeps,
): Promise<OpenedDevices> {
  await using stack = new AsyncDisposableStack();
  const libraries = new Map<string, VendorLibrary>();
  const opening: Opening = { ...deps, stack, libraries };
  const devices: KioskDevices = {
    cardReader: await openCardReader(config.card_reader, opening),
    idCardReader: await openIdCardReader(config.id_card_reader, opening),
    scanner: await openScanner(config.scanner, opening),
    receiptPrinter: await openPrinter(config.receipt_printer, opening),
    ...(config.pin_pad && { pinPad: await stack.use(await openPinPad(config.pin_pad)) }),
    ...(config.cabinet && { cabinet: await openCabinet(config.cabinet, opening) }),
    ...(config.ups && { ups: await openUps(config.ups, opening) }),
    ...(config.lights && { lights: await openLights(config.lights, opening) }),
    ...(config.insurance_terminal && {
      insuranceTerminal: await openInsurance(config.insurance_terminal, opening),
    }),
  };
  const opened = stack.move();
  return {
    ...devices,
    async endSession() {
      await Promise.all([...libraries.values()].map((library) => library.endSession()));
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function openCardReader(
  config: DevicesConfig["card_reader"],
  opening: Opening,
): Promise<CardReader> {
  if (!config) return absentCardReader();
  const { stack } = opening;
  const chip = openSocialSecurityChip({ library: await libraryOf(config, opening) });
  if (config.driver === "library") {
    return stack.use(openManualCardReader({ chip, places: config.places }));
  }
  const motor = stack.use(await openMotorReader(config, opening));
  const tapPollMs = config.tap_poll_ms;
  return stack.use(openMotorCardReader({ motor, chip, ...(tapPollMs > 0 && { tapPollMs }) }));
}

type MotorConfig = Exclude<NonNullable<DevicesConfig["card_reader"]>, { driver: "library" }>;

function openMotorReader(
  config: MotorConfig,
  { keepMovement }: Opening,
): Promise<MotorReader & AsyncDisposable> {
  const options = { openLine: lineOf(config, { baud: 9_600 }), keepMovement };
  switch (config.driver) {
    case "motor_crt571":
      return openCrt571({ ...options, address: config.address });
    case "motor_crt310":
      return openCrt310(options);
  }
}

async function openIdCardReader(
  config: DevicesConfig["id_card_reader"],
  opening: Opening,
): Promise<IdCardReader> {
  const { stack } = opening;
  switch (config?.driver) {
    case undefined:
      return absentIdCardReader();
    case "sdt_serial":
      return stack.use(await openSdtReader({ openLine: lineOf(config, { baud: 115_200 }) }));
    case "sdt_library": {
      const library = await libraryOf(config, opening);
      return stack.use(await openSdtLibraryReader({ library, port: config.port }));
    }
    case "cvr_library": {
      const { port, encoding } = config;
      const library = await libraryOf(config, opening);
      return stack.use(await openCvrLibraryReader({ library, port, encoding }));
    }
  }
}

async function openScanner(
  config: DevicesConfig["scanner"],
  { stack }: Opening,
): Promise<Scanner> {
  if (!config) return absentScanner();
  const { terminators, gap_ms, trigger } = config;
  return stack.use(
    await openSerialScanner({
      openLine: lineOf(config, { baud: 115_200 }),
      ...(terminators && { terminators: [...terminators] }),
      ...(gap_ms !== undefined && { gapMs: gap_ms }),
      ...(trigger && { trigger }),
    }),
  );
}

async function openPrinter(
  config: DevicesConfig["receipt_printer"],
  { stack }: Opening,
): Promise<ReceiptPrinter> {
  if (!config) return absentReceiptPrinter();
  const { columns, cutter, status_by, finish_by, clear_bytes } = config;
  return stack.use(
    await openEscposPrinter({
      openLine: lineOf(config, { baud: 115_200 }),
      columns,
      cutter,
      ...(status_by && { statusBy: status_by }),
      ...(finish_by !== undefined && { finishBy: finish_by }),
      ...(clear_bytes && { clearBytes: clear_bytes }),
    }),
  );
}

/** `isSecureRoom` is the ceremony's alone: the pad of a kiosk takes no key in plain. */
export async function openPinPad(
  config: NonNullable<DevicesConfig["pin_pad"]>,
  options: { readonly isSecureRoom?: boolean } = {},
): Promise<PinPad & AsyncDisposable> {
  const openLine = lineOf(config, { baud: 9_600 });
  const given = { openLine, slots: slotsOf(config.keys), ...options };
  switch (config.driver) {
    case "kmy":
      return await openKmyPad({ ...given, profile: kmyProfileOf(config) });
    case "zt598":
      return await openZt598Pad({ ...given, profile: zt598ProfileOf(config) });
    case "xz_f35":
      return await openXzPad({ ...given, profile: xzProfileOf(config) });
  }
}

async function openCabinet(
  config: NonNullable<DevicesConfig["cabinet"]>,
  { stack }: Opening,
): Promise<CabinetSensors> {
  const { door, closed_when, vibration } = config;
  return stack.use(
    await openModemCabinet({
      openLine: lineOf(config, { baud: 9_600 }),
      doorLine: door,
      closedWhen: closed_when,
      ...(vibration !== undefined && { vibrationLine: vibration }),
    }),
  );
}

async function openUps(
  config: NonNullable<DevicesConfig["ups"]>,
  { stack }: Opening,
): Promise<Ups> {
  return stack.use(await openMegatecUps({ openLine: lineOf(config, { baud: 2_400 }) }));
}

async function openLights(
  config: NonNullable<DevicesConfig["lights"]>,
  { stack }: Opening,
): Promise<Lights> {
  const { card_slot, id_card, scanner, receipt, pin_pad, buzzer } = config;
  return stack.use(
    await openRelayLights({
      openLine: lineOf(config, { baud: 9_600 }),
      lights: {
        ...(card_slot && { card_slot }),
        ...(id_card && { id_card }),
        ...(scanner && { scanner }),
        ...(receipt && { receipt }),
        ...(pin_pad && { pin_pad }),
      },
      ...(buzzer && { buzzer }),
    }),
  );
}

async function openInsurance(
  config: NonNullable<DevicesConfig["insurance_terminal"]>,
  opening: Opening,
): Promise<InsuranceTerminal> {
  const library = await libraryOf(config, opening);
  return opening.stack.use(openInsuranceTerminal({ library, url: config.url }));
}

async function libraryOf(
  { profile }: { readonly profile: string },
  { openLibrary, stack, libraries }: Opening,
): Promise<VendorLibrary> {
  const known = libraries.get(profile);
  if (known) return known;
  const library = stack.use(await openLibrary(profile));
  libraries.set(profile, library);
  return library;
}
