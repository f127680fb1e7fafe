import type {
  CabinetSensorsEvent,
  CabinetSensorsStatus,
  UpsStatus,
} from "../ffi/cabinet/contract.ts";
import type { DeviceCondition, KioskDevices, ReceiptPrinterStatus } from "../ffi/contract.ts";
import type { PinPadEvent, PinPadStatus } from "../ffi/pin_pad/contract.ts";
import type { DeviceClass, DeviceState, DeviceStatus } from "./contract.ts";

/** What a device tells by itself, as far as more than its status matters. */
export type ModuleEvent =
  | { readonly kind: "other" }
  | Extract<CabinetSensorsEvent, { kind: "door_opened" | "door_closed" | "vibration" }>
  | Extract<PinPadEvent, { kind: "tampered" }>;

/** One device of the kiosk as the supervisor sees it, whatever its class. */
export interface DeviceModule {
  readonly device: DeviceClass;
  read(): Promise<DeviceStatus>;
  /** Returns what ends the subscription. */
  subscribe(listener: (event: ModuleEvent) => void): () => void;
}

const OTHER: ModuleEvent = { kind: "other" };

/** What `PadKeeper` knows of the pad. */
export interface PadKeysSight {
  /** Null while it has keys that count. */
  readonly trouble: string | null;
}

/** Those that this kiosk has. */
export function deviceModules(
  devices: KioskDevices,
  padKeys: PadKeysSight | null,
): readonly DeviceModule[] {
  const { cardReader, idCardReader, scanner, receiptPrinter } = devices;
  return [
    sound("card_reader", cardReader, ({ device, media }) => ({
      state: device,
      mediaPresent: media !== "not_present" && media !== "unknown",
    })),
    sound("id_card_reader", idCardReader, plain),
    sound("scanner", scanner, plain),
    sound("receipt_printer", receiptPrinter, (status) => ({ state: printerState(status) })),
    ...optional(devices, padKeys),
  ];
}

function optional(devices: KioskDevices, padKeys: PadKeysSight | null): DeviceModule[] {
  const { pinPad, insuranceTerminal, cabinet, ups, lights } = devices;
  return [
    ...(pinPad
      ? [sound("pin_pad", pinPad, (status) => ({ state: pinPadState(status, padKeys) }))]
      : []),
    ...(insuranceTerminal ? [sound("insurance_terminal", insuranceTerminal, plain)] : []),
    ...(cabinet ? [sound("cabinet", cabinet, (status) => ({ state: doorState(status) }))] : []),
    ...(ups ? [sound("ups", ups, (status) => ({ state: supplyState(status) }))] : []),
    ...(lights ? [sound("lights", lights, plain)] : []),
  ];
}

interface Told<Status> {
  status(): Promise<Status>;
  subscribe(listener: (event: { readonly kind: string }) => void): () => void;
}

/** A driver that cannot say how it is counts as a hardware error; its own loop meets the same. */
function sound<Status>(
  device: DeviceClass,
  told: Told<Status>,
  judge: (status: Status) => { readonly state: DeviceState; readonly mediaPresent?: boolean },
): DeviceModule {
  return {
    device,
    async read() {
      try {
        return { device, mediaPresent: false, ...judge(await told.status()) };
      } catch {
        return { device, state: "hardware_error", mediaPresent: false };
      }
    },
    subscribe: (listener) => told.subscribe(({ kind }) => listener(eventOf(kind))),
  };
}

function eventOf(kind: string): ModuleEvent {
  switch (kind) {
    case "door_opened":
    case "door_closed":
    case "vibration":
    case "tampered":
      return { kind };
    default:
      return OTHER;
  }
}

function plain({ device }: { readonly device: DeviceCondition }): { readonly state: DeviceState } {
  return { state: device };
}

/** With the cover open nothing can be printed either, and the same person mends it. */
function printerState(status: ReceiptPrinterStatus): DeviceState {
  if (status.device !== "online") return status.device;
  if (status.paper === "out" || status.cover === "open") return "paper_out";
  return status.paper === "low" ? "paper_low" : "online";
}

function pinPadState(
  { device, tamper }: PinPadStatus,
  padKeys: PadKeysSight | null,
): DeviceState {
  if (tamper === "tampered") return "tampered";
  return device === "online" && padKeys && padKeys.trouble !== null ? "no_keys" : device;
}

function doorState({ device, door }: CabinetSensorsStatus): DeviceState {
  return device === "online" && door === "open" ? "door_open" : device;
}

function supplyState({ device, supply }: UpsStatus): DeviceState {
  if (device !== "online") return device;
  if (supply === "battery_low") return "battery_low";
  return supply === "battery" ? "on_battery" : "online";
}
