import type { CardReader, Completion, KioskDevices } from "../ffi/contract.ts";
import { reasonOf } from "../server/platform/errors.ts";
import type { Log } from "../server/platform/log.ts";
import type { DeviceClass, DeviceStatus, ReadFailure, TerminalEvent } from "./contract.ts";
import { readCard, readIdCard, readScan } from "./credentials.ts";
import type { ScannerWant } from "./dev_contract.ts";
import { DEVICE_CLASSES, readDeviceStatus } from "./device_status.ts";
import type { Pause } from "../server/platform/pause.ts";

/** One wait for a medium; the next follows at once. */
const READ_WAIT_MS_MAX = 10 * 60_000;
const EJECT_WAIT_MS_MAX = 10_000;
/** After a fault the device is left alone for so long. */
const FAULT_WAIT_MS = 5_000;

interface Deps {
  readonly devices: KioskDevices;
  readonly pause: Pause;
  readonly log: Log;
  readonly tell: (event: TerminalEvent) => void;
}

/** Keeps every device ready to read and tells the screen what was read and how the devices are. */
export class DeviceSupervisor {
  readonly #deps: Deps;
  readonly #stop = new AbortController();
  readonly #known = new Map<DeviceClass, DeviceStatus>();
  readonly #ends: (() => void)[] = [];
  #loops: Promise<void>[] = [];
  #want: ScannerWant = "credential";
  /** Aborts when the scanner is wanted for something else, or at last wanted. */
  #wantChanged = new AbortController();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { cardReader, idCardReader, scanner, receiptPrinter } = this.#deps.devices;
    await this.#refreshAll();
    this.#ends.push(
      cardReader.subscribe((event) => {
        if (event.kind === "media_removed") this.#deps.tell({ kind: "card_removed" });
        void this.#refresh("card_reader");
      }),
      idCardReader.subscribe(() => void this.#refresh("id_card_reader")),
      scanner.subscribe(() => void this.#refresh("scanner")),
      receiptPrinter.subscribe(() => void this.#refresh("receipt_printer")),
    );
    this.#loops = [
      this.#keep("card_reader", () => this.#readCard()),
      this.#keep("id_card_reader", () => this.#readIdCard()),
      this.#keep("scanner", () => this.#scan()),
    ];
  }

  get statuses(): readonly DeviceStatus[] {
    return DEVICE_CLASSES.flatMap((device) => this.#known.get(device) ?? []);
  }

  get want(): ScannerWant {
    return this.#want;
  }

  setWant(want: ScannerWant): void {
    if (want === this.#want) return;
    this.#want = want;
    this.#wantChanged.abort();
    this.#wantChanged = new AbortController();
  }

  /** Brings a card that lies in the reader to the slot. */
  async ejectCard(): Promise<void> {
    const { cardReader } = this.#deps.devices;
    const { media } = await cardReader.status();
    if (media !== "present") return;
    // A read in progress has the reader to itself; it is ended first.
    const options = { signal: this.#stop.signal, timeoutMs: EJECT_WAIT_MS_MAX };
    await cardReader.reset(options);
    const ejected = await cardReader.eject(options);
    if (ejected.kind === "failed" && ejected.reason !== "no_media") {
      this.#deps.log.warn("Cannot eject a card", { reason: ejected.reason });
    }
  }

  /** Tells the state of the reader again, changed or not: a card was left behind. */
  async tellCardReader(): Promise<DeviceStatus> {
    const status = await readDeviceStatus(this.#deps.devices, "card_reader");
    this.#deps.tell({ kind: "device", status });
    return status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    for (const end of this.#ends) end();
    await Promise.allSettled(this.#loops);
  }

  async #keep(device: DeviceClass, once: () => Promise<boolean>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      let sound = false;
      try {
        sound = await once();
      } catch (thrown) {
        this.#deps.log.error("A device driver failed", { device, reason: reasonOf(thrown) });
      }
      if (!sound) await this.#rest(device);
    }
  }

  /** Till the device reports a change, at most the fault wait. */
  async #rest(device: DeviceClass): Promise<void> {
    await this.#refresh(device);
    const changed = new AbortController();
    const end = deviceOf(this.#deps.devices, device).subscribe(() => changed.abort());
    await this.#deps.pause(FAULT_WAIT_MS, AbortSignal.any([this.#stop.signal, changed.signal]));
    end();
  }

  async #readCard(): Promise<boolean> {
    const { cardReader } = this.#deps.devices;
    if ((await cardReader.status()).device !== "online") return false;
    const completion = await cardReader.read(this.#patiently());
    if (completion.kind === "done") {
      this.#deps.tell(readCard(completion.value));
    } else if (isReadFailure(completion.reason)) {
      this.#deps.tell({ kind: "read_failed", device: "card_reader", reason: completion.reason });
      if (completion.reason !== "removed_too_early") await this.ejectCard();
    }
    await mediaGone(cardReader, this.#stop.signal);
    return isSound(completion);
  }

  async #readIdCard(): Promise<boolean> {
    const { idCardReader } = this.#deps.devices;
    if ((await idCardReader.status()).device !== "online") return false;
    const completion = await idCardReader.read(this.#patiently());
    if (completion.kind === "done") {
      this.#deps.tell(readIdCard(completion.value));
    } else if (isReadFailure(completion.reason)) {
      this.#deps.tell({ kind: "read_failed", device: "id_card_reader", reason: completion.reason });
    }
    return isSound(completion);
  }

  async #scan(): Promise<boolean> {
    const { scanner } = this.#deps.devices;
    const signal = AbortSignal.any([this.#stop.signal, this.#wantChanged.signal]);
    if (this.#want === "nothing") {
      await aborted(signal);
      return true;
    }
    if ((await scanner.status()).device !== "online") return false;
    const completion = await scanner.scan({ signal, timeoutMs: READ_WAIT_MS_MAX });
    if (completion.kind === "done") this.#deps.tell(readScan(completion.value, this.#want));
    return isSound(completion);
  }

  #patiently(): { readonly signal: AbortSignal; readonly timeoutMs: number } {
    return { signal: this.#stop.signal, timeoutMs: READ_WAIT_MS_MAX };
  }

  async #refreshAll(): Promise<void> {
    for (const device of DEVICE_CLASSES) await this.#refresh(device);
  }

  async #refresh(device: DeviceClass): Promise<void> {
    const status = await readDeviceStatus(this.#deps.devices, device);
    const known = this.#known.get(device);
    this.#known.set(device, status);
    if (known?.state === status.state && known.mediaPresent === status.mediaPresent) return;
    this.#deps.tell({ kind: "device", status });
  }
}

const READ_FAILURES: readonly ReadFailure[] = [
  "removed_too_early",
  "unreadable",
  "wrong_way_round",
];

function isReadFailure(reason: string): reason is ReadFailure {
  return READ_FAILURES.some((failure) => failure === reason);
}

/** False when the device needs a rest before it is asked again. */
function isSound(completion: Completion<unknown, string>): boolean {
  return completion.kind === "done" || isReadFailure(completion.reason) ||
    completion.reason === "timeout" || completion.reason === "cancelled";
}

function deviceOf(
  devices: KioskDevices,
  device: DeviceClass,
): { subscribe(listener: () => void): () => void } {
  switch (device) {
    case "card_reader":
      return devices.cardReader;
    case "id_card_reader":
      return devices.idCardReader;
    case "scanner":
      return devices.scanner;
    case "receipt_printer":
      return devices.receiptPrinter;
  }
}

/** A card that was read is not read again till it was taken out. */
async function mediaGone(reader: CardReader, signal: AbortSignal): Promise<void> {
  const changed = { now: Promise.withResolvers<void>() };
  const end = reader.subscribe(() => changed.now.resolve());
  const stop = () => changed.now.resolve();
  signal.addEventListener("abort", stop, { once: true });
  try {
    while (!signal.aborted) {
      const { media } = await reader.status();
      if (media === "not_present" || media === "unknown") return;
      await changed.now.promise;
      changed.now = Promise.withResolvers<void>();
    }
  } finally {
    end();
    signal.removeEventListener("abort", stop);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
