import type {
  CommandOptions,
  Completion,
  IdCard,
  IdCardReader,
  IdCardReaderStatus,
  StatusChanged,
} from "../../ffi/contract.ts";
import { CommandSlot } from "../../ffi/command_slot.ts";
import { Listeners } from "../../ffi/listeners.ts";
import type { Pause } from "../../server/platform/pause.ts";

interface Laid {
  readonly card: IdCard;
  readonly fault: "unreadable" | null;
  readonly gone: AbortController;
}

interface Options {
  readonly pause: Pause;
  readonly readTakesMs: number;
}

/** An ID card reader; a card is noticed only while a read waits, as with the SDT find command. */
export class SimulatedIdCardReader implements IdCardReader {
  readonly capabilities = {
    documents: ["resident", "hmt_resident", "foreign_permanent_resident"],
  } as const;
  readonly #options: Options;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  #online = true;
  #awaited: ((laid: Laid) => void) | null = null;
  #laid: Laid | null = null;

  constructor(options: Options) {
    this.#options = options;
  }

  status(): Promise<IdCardReaderStatus> {
    return Promise.resolve({ device: this.#online ? "online" : "offline" });
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  async read(
    options: CommandOptions,
  ): Promise<Completion<IdCard, "removed_too_early" | "unreadable">> {
    if (!this.#online) return { kind: "failed", reason: "offline" };
    return await this.#slot.run<IdCard, "removed_too_early" | "unreadable">(
      options,
      (signal) => this.#read(signal),
    );
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    if (!this.#online) return Promise.resolve({ kind: "failed", reason: "offline" });
    this.#slot.end("cancelled");
    return Promise.resolve({ kind: "done", value: null });
  }

  /** Lays a card on the field; false when no read was waiting. */
  lay(card: IdCard, fault: "unreadable" | null = null): boolean {
    if (!this.#awaited) return false;
    this.#laid = { card, fault, gone: new AbortController() };
    this.#awaited(this.#laid);
    return true;
  }

  lift(): void {
    this.#laid?.gone.abort();
    this.#laid = null;
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (!online) this.#slot.end("offline");
    this.#listeners.tell({ kind: "status_changed" });
  }

  async #read(
    signal: AbortSignal,
  ): Promise<Completion<IdCard, "removed_too_early" | "unreadable">> {
    const { promise, resolve } = Promise.withResolvers<Laid>();
    this.#awaited = resolve;
    const forget = () => {
      if (this.#awaited === resolve) this.#awaited = null;
    };
    signal.addEventListener("abort", forget, { once: true });
    const { card, fault, gone } = await promise;
    forget();
    await this.#options.pause(this.#options.readTakesMs, AbortSignal.any([signal, gone.signal]));
    if (gone.signal.aborted) return { kind: "failed", reason: "removed_too_early" };
    if (fault) return { kind: "failed", reason: fault };
    return { kind: "done", value: card };
  }
}
