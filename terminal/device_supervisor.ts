import type { CardReader, Completion, KioskDevices } from "../ffi/contract.ts";
import { reasonOf } from "../server/platform/errors.ts";
import type { Log } from "../server/platform/log.ts";
import type { DeviceClass, DeviceStatus, ReadFailure, TerminalEvent } from "./contract.ts";
import { readCard, readIdCard, readScan } from "./credentials.ts";
import type { ScannerWant } from "./dev_contract.ts";
import { eventNote, type KeepNote, stateNote, type TerminalNote } from "./device_notes.ts";
import { type DeviceModule, deviceModules, type ModuleEvent } from "./device_status.ts";
import type { Pause } from "../server/platform/pause.ts";

/** One wait for a medium; the next follows at once. */
const READ_WAIT_MS_MAX = 10 * 60_000;
const EJECT_WAIT_MS_MAX = 10_000;
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
}

/** Keeps every device ready to read and tells the screen what was read and how the devices are. */
export class DeviceSupervisor {
  readonly #deps: Deps;
  readonly #stop = new AbortController();
  readonly #modules: readonly DeviceModule[];
  readonly #known = new Map<DeviceClass, DeviceStatus>();
  readonly #ends: (() => void)[] = [];
  #loops: Promise<void>[] = [];
  #want: ScannerWant = "credential";
  /** A card lies in the reader whose session is over, or that lay there when the power came back. */
  #owesCard = false;
  /** Aborts when the scanner is wanted for something else, or at last wanted. */
  #wantChanged = new AbortController();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#modules = deviceModules(deps.devices);
  }

  async start(): Promise<void> {
    await this.#scanAll();
    this.#owesCard = this.#known.get("card_reader")?.mediaPresent ?? false;
    this.#ends.push(
      this.#deps.devices.cardReader.subscribe((event) => {
        if (event.kind === "media_removed") this.#deps.tell({ kind: "card_removed" });
      }),
      ...this.#modules.map((module) => module.subscribe((event) => this.#hear(module, event))),
    );
    this.#loops = [
      this.#scanAgain(),
      this.#keep("card_reader", () => this.#readCard()),
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

  /**
   * Brings a card that lies in the reader to the slot. When the reader cannot do it now, it is done
   * once it can: a card of a session that is over is not read again.
   */
  async ejectCard(): Promise<void> {
    const { cardReader } = this.#deps.devices;
    const { media } = await cardReader.status();
    if (media === "not_present" || media === "entering") return;
    this.#owesCard = true;
    // A read in progress has the reader to itself; it is ended first.
    const options = { signal: this.#stop.signal, timeoutMs: EJECT_WAIT_MS_MAX };
    await cardReader.reset(options);
    await this.#giveBack();
  }

  async #giveBack(): Promise<"given" | "no_card" | "stuck"> {
    const { cardReader } = this.#deps.devices;
    const options = { signal: this.#stop.signal, timeoutMs: EJECT_WAIT_MS_MAX };
    const ejected = await cardReader.eject(options);
    const isStuck = ejected.kind === "failed" && ejected.reason !== "no_media";
    this.#owesCard = isStuck;
    if (isStuck) this.#deps.log.warn("Cannot eject a card", { reason: ejected.reason });
    return isStuck ? "stuck" : ejected.kind === "done" ? "given" : "no_card";
  }

  /** Tells the state of the reader again, changed or not: a card was left behind. */
  async tellCardReader(): Promise<DeviceStatus> {
    const status = await this.#moduleOf("card_reader").read();
    this.#deps.tell({ kind: "device", status });
    return status;
  }

  /** Takes a forgotten card into the bin; false when the reader has none, or it could not. */
  async retainCard(): Promise<boolean> {
    const { cardReader } = this.#deps.devices;
    if (!cardReader.capabilities.retain) return false;
    const options = { signal: this.#stop.signal, timeoutMs: EJECT_WAIT_MS_MAX };
    await cardReader.reset(options);
    const retained = await cardReader.retain(options);
    if (retained.kind === "done") return true;
    this.#note({
      kind: "card.retain_failed",
      severity: "error",
      fields: { reason: retained.reason },
    });
    return false;
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
    const module = this.#moduleOf(device);
    const changed = new AbortController();
    const end = module.subscribe(() => changed.abort());
    await this.#refresh(module);
    await this.#deps.pause(FAULT_WAIT_MS, AbortSignal.any([this.#stop.signal, changed.signal]));
    end();
  }

  async #readCard(): Promise<boolean> {
    const { cardReader } = this.#deps.devices;
    if ((await cardReader.status()).device !== "online") return false;
    if (this.#owesCard) {
      const outcome = await this.#giveBack();
      if (outcome === "stuck") return false;
      if (outcome === "given") {
        await this.#refresh(this.#moduleOf("card_reader"));
        this.#deps.tell({ kind: "card_given_back" });
      }
    }
    const completion = await cardReader.read(this.#patiently());
    if (completion.kind === "done") {
      this.#deps.tell(readCard(completion.value));
    } else if (isReadFailure(completion.reason)) {
      this.#deps.tell({ kind: "read_failed", device: "card_reader", reason: completion.reason });
      if (completion.reason !== "removed_too_early") await this.ejectCard();
    } else if (isBroken(completion.reason) && this.#known.get("card_reader")?.mediaPresent) {
      this.#deps.tell({ kind: "read_failed", device: "card_reader", reason: "device_failed" });
      await this.ejectCard();
      await mediaGone(cardReader, this.#stop.signal);
      // The patient's hand was the pause: whoever tries again does not find the slot shut.
      return (await cardReader.status()).device === "online";
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

function isBroken(reason: string): boolean {
  return reason === "offline" || reason === "hardware_error";
}

/** False when the device needs a rest before it is asked again. */
function isSound(completion: Completion<unknown, string>): boolean {
  return completion.kind === "done" || isReadFailure(completion.reason) ||
    completion.reason === "timeout" || completion.reason === "cancelled";
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
