import type { Completion, KioskDevices } from "../ffi/contract.ts";
import { reasonOf } from "../server/platform/errors.ts";
import type { Log } from "../server/platform/log.ts";
import { CardReading, type LentReader } from "./card_reading.ts";
import type {
  DeviceClass,
  DeviceState,
  DeviceStatus,
  ReadFailure,
  TerminalEvent,
} from "./contract.ts";
import { readIdCard, readScan } from "./credentials.ts";
import type { ScannerWant } from "./dev_contract.ts";
import { eventNote, type KeepNote, stateNote, type TerminalNote } from "./device_notes.ts";
import {
  type DeviceModule,
  deviceModules,
  type ModuleEvent,
  type PadKeysSight,
} from "./device_status.ts";
import type { Pause } from "../server/platform/pause.ts";

/** One wait for a medium; the next follows at once. */
const READ_WAIT_MS_MAX = 10 * 60_000;
/** After a fault the device is left alone for so long. */
const FAULT_WAIT_MS = 5_000;
/** Every device is asked so often, also one that tells nothing by itself (R-TOM-08). */
const SCAN_WAIT_MS = 60_000;

interface Deps {
  readonly devices: KioskDevices;
  readonly pause: Pause;
  readonly log: Log;
  readonly tell: (event: TerminalEvent) => void;
  readonly note?: KeepNote;
  readonly padKeys?: PadKeysSight | null;
}

/** Keeps every device ready to read and tells the screen what was read and how the devices are. */
export class DeviceSupervisor {
  readonly #deps: Deps;
  readonly #stop = new AbortController();
  readonly #cards: CardReading;
  readonly #modules: readonly DeviceModule[];
  readonly #known = new Map<DeviceClass, DeviceStatus>();
  readonly #ends: (() => void)[] = [];
  #loops: Promise<void>[] = [];
  #want: ScannerWant = "credential";
  /** Aborts when the scanner is wanted for something else, or at last wanted. */
  #wantChanged = new AbortController();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#modules = deviceModules(deps.devices, deps.padKeys ?? null);
    this.#cards = new CardReading({
      ...deps,
      reader: deps.devices.cardReader,
      refresh: () => this.#refresh(this.#moduleOf("card_reader")),
      signal: this.#stop.signal,
    });
  }

  async start(): Promise<void> {
    await this.#scanAll();
    await this.#cards.findCard();
    this.#ends.push(
      this.#cards.listen(),
      ...this.#modules.map((module) => module.subscribe((event) => this.#hear(module, event))),
    );
    this.#loops = [
      this.#scanAgain(),
      this.#keep("card_reader", () => this.#cards.readNext()),
      this.#keep("id_card_reader", () => this.#readIdCard()),
      this.#keep("scanner", () => this.#scan()),
    ];
  }

  get statuses(): readonly DeviceStatus[] {
    return this.#modules.flatMap(({ device }) => this.#known.get(device) ?? []);
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

  /** Brings a card that lies in the reader to the slot: now, or as soon as the reader can. */
  async ejectCard(): Promise<void> {
    await this.#cards.eject();
  }

  /** The number of the card in the reader, another one for each; null without one. */
  async findCard(): Promise<number | null> {
    return await this.#cards.findCard();
  }

  /** The card reader for a bank card; null where that cannot be. */
  async lendCardReader<Value>(
    work: (reader: LentReader) => Promise<Value>,
  ): Promise<Value | null> {
    return await this.#cards.lend(work);
  }

  /** Keys came into the PIN pad, or are gone. */
  async lookAtPinPad(): Promise<void> {
    await this.#refresh(this.#moduleOf("pin_pad"));
  }

  /** Tells the state of the reader again, changed or not: a card was left behind. */
  async tellCardReader(): Promise<DeviceStatus> {
    const status = await this.#moduleOf("card_reader").read();
    this.#deps.tell({ kind: "device", status });
    return status;
  }

  /** Takes this card into the bin and no other; false when it was taken, or the reader could not. */
  async retainCard(card: number): Promise<boolean> {
    return await this.#cards.retain(card);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    for (const end of this.#ends) end();
    await Promise.allSettled(this.#loops);
  }

  async #keep(device: DeviceClass, once: () => Promise<boolean>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      let sound = false;
      const before = this.#known.get(device)?.state;
      try {
        sound = await once();
      } catch (thrown) {
        this.#deps.log.error("A device driver failed", { device, reason: reasonOf(thrown) });
      }
      if (!sound) await this.#rest(device, before);
    }
  }

  /** Till the device reports a change, at most the fault wait. */
  async #rest(device: DeviceClass, before: DeviceState | undefined): Promise<void> {
    const module = this.#moduleOf(device);
    const changed = new AbortController();
    const end = module.subscribe(() => changed.abort());
    await this.#refresh(module);
    // It came back while nobody listened.
    const isBack = before !== "online" && this.#known.get(device)?.state === "online";
    if (isBack) return end();
    await this.#deps.pause(FAULT_WAIT_MS, AbortSignal.any([this.#stop.signal, changed.signal]));
    end();
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
    const want = this.#want;
    if (want === "nothing") {
      await aborted(signal);
      return true;
    }
    if ((await scanner.status()).device !== "online") return false;
    const completion = await scanner.scan({ signal, timeoutMs: READ_WAIT_MS_MAX });
    // What was scanned for the last screen is nothing for this one.
    if (completion.kind === "done" && this.#want === want) {
      this.#deps.tell(readScan(completion.value, want));
    }
    return isSound(completion);
  }

  #patiently(): { readonly signal: AbortSignal; readonly timeoutMs: number } {
    return { signal: this.#stop.signal, timeoutMs: READ_WAIT_MS_MAX };
  }

  async #scanAll(): Promise<void> {
    for (const module of this.#modules) await this.#refresh(module);
  }

  async #scanAgain(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#deps.pause(SCAN_WAIT_MS, signal);
      if (!signal.aborted) await this.#scanAll();
    }
  }

  #hear(module: DeviceModule, event: ModuleEvent): void {
    this.#note(eventNote(event));
    void this.#refresh(module);
  }

  async #refresh(module: DeviceModule): Promise<void> {
    const status = await module.read();
    const known = this.#known.get(module.device) ?? null;
    this.#known.set(module.device, status);
    if (known?.state === status.state && known.mediaPresent === status.mediaPresent) return;
    this.#note(stateNote(known, status));
    this.#deps.tell({ kind: "device", status });
  }

  #note(note: TerminalNote | null): void {
    if (note) this.#deps.note?.(note);
  }

  #moduleOf(device: DeviceClass): DeviceModule {
    const module = this.#modules.find((each) => each.device === device);
    if (!module) throw new Error(`Cannot supervise "${device}": this kiosk has none`);
    return module;
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

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
