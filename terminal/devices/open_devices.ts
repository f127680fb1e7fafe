import type {
  CardReader,
  IdCardReader,
  KioskDevices,
  ReceiptPrinter,
  Scanner,
} from "../../ffi/contract.ts";
import type { OpenLine } from "../../ffi/line.ts";
import type { CardMovement } from "../../ffi/motor_reader/contract.ts";
import type { VendorLibrary } from "../../ffi/vendor/contract.ts";
import { openSdtReader } from "../../ffi/id_card/sdt_reader.ts";
import { openSdtLibraryReader } from "../../ffi/id_card/sdt_library.ts";
import { openCvrLibraryReader } from "../../ffi/id_card/cvr_library.ts";
import type { InsuranceTerminal } from "../../ffi/insurance_terminal/contract.ts";
import { openInsuranceTerminal } from "../../ffi/insurance_terminal/insurance_terminal.ts";
import { openSerialPort, type SerialPortOptions } from "../../ffi/serial/serial_port.ts";
import {
  absentCardReader,
  absentIdCardReader,
  absentReceiptPrinter,
  absentScanner,
} from "./absent_devices.ts";
import type { DevicesConfig } from "./device_config.ts";

export interface OpenDevicesDeps {
  /** On disk when it resolves; then the motor runs. */
  readonly keepMovement: (movement: CardMovement) => Promise<void>;
  /** A vendor's library in a child process of its own, by the profile's path. */
  readonly openLibrary: (profile: string) => Promise<VendorLibrary>;
}

/** The configuration names a driver that this build has not got. */
export class DriverMissing extends Error {
  override readonly name = "DriverMissing";
}

/** What a line is set to where the configuration leaves it out: as the device leaves its factory. */
type LineDefaults = Pick<SerialPortOptions, "baud" | "parity">;

interface SerialSettings {
  readonly path: string;
  readonly baud?: number | undefined;
  readonly parity?: SerialPortOptions["parity"] | undefined;
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
    cardReader: openCardReader(config.card_reader),
    idCardReader: await openIdCardReader(config.id_card_reader, opening),
    scanner: openScanner(config.scanner),
    receiptPrinter: openPrinter(config.receipt_printer),
    ...(config.insurance_terminal && {
      insuranceTerminal: await openInsurance(config.insurance_terminal, opening),
    }),
  };
  for (const name of ["pin_pad", "cabinet", "ups"] as const) refuseMissing(name, config[name]);
  const opened = stack.move();
  return {
    ...devices,
    async endSession() {
      await Promise.all([...libraries.values()].map((library) => library.endSession()));
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function openCardReader(config: DevicesConfig["card_reader"]): CardReader {
  refuseMissing("card_reader", config);
  return absentCardReader();
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

function openScanner(config: DevicesConfig["scanner"]): Scanner {
  refuseMissing("scanner", config);
  return absentScanner();
}

function openPrinter(config: DevicesConfig["receipt_printer"]): ReceiptPrinter {
  refuseMissing("receipt_printer", config);
  return absentReceiptPrinter();
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

function lineOf({ path, baud, parity }: SerialSettings, defaults: LineDefaults): OpenLine {
  return () =>
    openSerialPort({
      ...defaults,
      path,
      ...(baud !== undefined && { baud }),
      ...(parity !== undefined && { parity }),
    });
}

function refuseMissing(name: string, config: { readonly driver: string } | undefined): void {
  if (!config) return;
  throw new DriverMissing(
    `Cannot open devices.${name}: this build has no driver "${config.driver}"`,
  );
}
