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
import { type IdCardFault, IdCardField, type LaidIdCard } from "./id_card_field.ts";

interface Options {
  /** What lies on it; one of its own when none is given. */
  readonly field?: IdCardField;
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
  readonly #field: IdCardField;
  #awaited: ((laid: LaidIdCard) => void) | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.#field = options.field ?? new IdCardField();
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
  lay(card: IdCard, fault: IdCardFault | null = null): boolean {
    if (!this.#awaited) return false;
    this.#awaited(this.#field.lay(card, fault));
    return true;
  }

  lift(): void {
    this.#field.lift();
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (!online) this.#slot.end("offline");
    this.#listeners.tell({ kind: "status_changed" });
  }

  async #read(
    signal: AbortSignal,
  ): Promise<Completion<IdCard, "removed_too_early" | "unreadable">> {
    const { promise, resolve } = Promise.withResolvers<LaidIdCard>();
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
