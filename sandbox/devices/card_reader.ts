import type {
  CardReader,
  CardReaderEvent,
  CardReaderStatus,
  CardReadFailure,
  CommandOptions,
  Completion,
  RetainFailure,
  SocialSecurityCard,
} from "../../ffi/contract.ts";
import { CommandSlot } from "../../ffi/command_slot.ts";
import { Listeners } from "../../ffi/listeners.ts";
import type { Pause } from "../../server/platform/pause.ts";

export type CardFault = "unreadable" | "wrong_way_round";

interface Medium {
  readonly card: SocialSecurityCard;
  readonly fault: CardFault | null;
  /** Aborts when the card leaves, so that a read in progress notices at once. */
  readonly gone: AbortController;
}

interface Options {
  readonly pause: Pause;
  /** How long the chip is talked to: the time in which a card can be pulled too early. */
  readonly readTakesMs: number;
}

/** A motor reader with a slot and a radio field; the methods below `reset` are the patient's hand. */
export class SimulatedCardReader implements CardReader {
  readonly capabilities = { contact: true, contactless: true, eject: true, retain: true };
  readonly #options: Options;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<CardReaderEvent>();
  #online = true;
  #held: Medium | null = null;
  #atSlot = false;
  #awaited: ((medium: Medium) => void) | null = null;

  constructor(options: Options) {
    this.#options = options;
  }

  status(): Promise<CardReaderStatus> {
    const media = !this.#held ? "not_present" : this.#atSlot ? "entering" : "present";
    return Promise.resolve(
      this.#online ? { device: "online", media } : { device: "offline", media: "unknown" },
    );
  }

  subscribe(listener: (event: CardReaderEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async read(
    options: CommandOptions,
  ): Promise<Completion<SocialSecurityCard, CardReadFailure>> {
    if (!this.#online) return { kind: "failed", reason: "offline" };
    return await this.#slot.run(options, (signal) => this.#read(signal));
  }

  async eject(options: CommandOptions): Promise<Completion<null, "no_media" | "jammed">> {
    if (!this.#online) return { kind: "failed", reason: "offline" };
    return await this.#slot.run<null, "no_media">(options, () => {
      if (!this.#held) return Promise.resolve({ kind: "failed", reason: "no_media" });
      this.#atSlot = true;
      this.#listeners.tell({ kind: "status_changed" });
      return Promise.resolve({ kind: "done", value: null });
    });
  }

  async retain(options: CommandOptions): Promise<Completion<null, RetainFailure>> {
    if (!this.#online) return { kind: "failed", reason: "offline" };
    return await this.#slot.run<null, RetainFailure>(options, () => {
      if (!this.#held) return Promise.resolve({ kind: "failed", reason: "no_media" });
      this.#held = null;
      this.#atSlot = false;
      this.#listeners.tell({ kind: "status_changed" });
      return Promise.resolve({ kind: "done", value: null });
    });
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    if (!this.#online) return Promise.resolve({ kind: "failed", reason: "offline" });
    this.#slot.end("cancelled");
    return Promise.resolve({ kind: "done", value: null });
  }

  insert(card: SocialSecurityCard, fault: CardFault | null = null): void {
    if (this.#held) throw new Error("Cannot insert a card: one lies in the reader, expected none");
    this.#held = { card, fault, gone: new AbortController() };
    this.#atSlot = false;
    if (!this.#online) return;
    this.#listeners.tell({ kind: "media_inserted" });
    this.#awaited?.(this.#held);
  }

  pull(): void {
    if (!this.#held) throw new Error("Cannot pull the card: the reader is empty, expected a card");
    const { gone } = this.#held;
    this.#held = null;
    gone.abort();
    if (this.#online) this.#listeners.tell({ kind: "media_removed" });
  }

  /** False when no read was waiting: the field is off and the card is not noticed. */
  tap(card: SocialSecurityCard): boolean {
    if (card.version !== "3.00" || !this.#awaited) return false;
    this.#awaited({ card, fault: null, gone: new AbortController() });
    return true;
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (!online) this.#slot.end("offline");
    this.#listeners.tell({ kind: "status_changed" });
  }

  async #read(
    signal: AbortSignal,
  ): Promise<Completion<SocialSecurityCard, CardReadFailure>> {
    const lying = this.#atSlot ? null : this.#held;
    const medium = lying ?? await this.#nextMedium(signal);
    const { gone } = medium;
    await this.#options.pause(this.#options.readTakesMs, AbortSignal.any([signal, gone.signal]));
    if (gone.signal.aborted) return { kind: "failed", reason: "removed_too_early" };
    if (medium.fault) return { kind: "failed", reason: medium.fault };
    return { kind: "done", value: medium.card };
  }

  async #nextMedium(signal: AbortSignal): Promise<Medium> {
    const { promise, resolve } = Promise.withResolvers<Medium>();
    this.#awaited = resolve;
    const forget = () => {
      if (this.#awaited === resolve) this.#awaited = null;
    };
    signal.addEventListener("abort", forget, { once: true });
    const medium = await promise;
    forget();
    return medium;
  }
}
