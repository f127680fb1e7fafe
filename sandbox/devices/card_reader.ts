import type {
  CardReader,
  CardReaderEvent,
  CardReaderStatus,
  CardReadFailure,
  CommandOptions,
  Completion,
  PaymentCard,
  PaymentRequest,
  RetainFailure,
  SocialSecurityCard,
} from "../../ffi/contract.ts";
import { CommandSlot } from "../../ffi/command_slot.ts";
import { Listeners } from "../../ffi/listeners.ts";
import type { Pause } from "../../server/platform/pause.ts";
import { type BankCard, paymentData } from "./bank_card.ts";
import { CardPath, type Jam } from "./motor_reader/card_path.ts";

export type CardFault = "unreadable" | "wrong_way_round";

/** A card in somebody's hand or in a reader. */
export interface SimulatedCard {
  /** Null of a bank card that is no social-security card. */
  readonly card: SocialSecurityCard | null;
  /** Null of a card that cannot pay. */
  readonly bank: BankCard | null;
  readonly entry: PaymentCard["entry"];
  readonly fault: CardFault | null;
  /** Aborts when the card leaves the reader, so that a read in progress notices at once. */
  readonly gone: AbortController;
}

interface Options {
  readonly pause: Pause;
  /** How long the chip is talked to: the time in which a card can be pulled too early. */
  readonly readTakesMs: number;
}

const BIN_CARDS = 10;

/**
 * A motor reader with a slot and a radio field, in this process; the methods below `reset` are the
 * patient's and the technician's hands. It lets cards in whenever it has power.
 */
export class SimulatedCardReader implements CardReader {
  readonly capabilities = { contact: true, contactless: true, eject: true, retain: true };
  readonly #options: Options;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<CardReaderEvent>();
  readonly #path = new CardPath<SimulatedCard>({ binCards: BIN_CARDS, entersTo: "held" });
  #online = true;
  #awaited: ((card: SimulatedCard) => void) | null = null;

  constructor(options: Options) {
    this.#options = options;
    this.#path.open(true);
  }

  status(): Promise<CardReaderStatus> {
    return Promise.resolve(
      this.#online
        ? { device: "online", media: this.#media }
        : { device: "offline", media: "unknown" },
    );
  }

  subscribe(listener: (event: CardReaderEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async read(
    options: CommandOptions,
  ): Promise<Completion<SocialSecurityCard, CardReadFailure>> {
    if (!this.#online) return { kind: "failed", reason: "offline" };
    return await this.#slot.run(options, async (signal) => {
      const held = await this.#held(signal);
      if ("failure" in held) return { kind: "failed", reason: held.failure };
      return held.card ? done(held.card) : { kind: "failed", reason: "unreadable" };
    });
  }

  async readPayment(
    request: PaymentRequest,
    options: CommandOptions,
  ): Promise<Completion<PaymentCard, CardReadFailure>> {
    if (!this.#online) return { kind: "failed", reason: "offline" };
    return await this.#slot.run(options, async (signal) => {
      const held = await this.#held(signal);
      if ("failure" in held) return { kind: "failed", reason: held.failure };
      const { bank, entry } = held;
      return bank
        ? done(paymentData(bank, entry, request))
        : { kind: "failed", reason: "unreadable" };
    });
  }

  async eject(options: CommandOptions): Promise<Completion<null, "no_media" | "jammed">> {
    return await this.#move<"no_media" | "jammed">(options, () => this.#end("slot"));
  }

  async retain(options: CommandOptions): Promise<Completion<null, RetainFailure>> {
    return await this.#move<RetainFailure>(options, () => {
      if (this.#path.isBinFull) return "bin_full";
      return this.#end("bin");
    });
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    if (!this.#online) return Promise.resolve({ kind: "failed", reason: "offline" });
    this.#slot.end("cancelled");
    this.#path.loosen();
    if (this.#path.jam) return Promise.resolve({ kind: "failed", reason: "hardware_error" });
    return Promise.resolve({ kind: "done", value: null });
  }

  insert(
    card: SocialSecurityCard,
    fault: CardFault | null = null,
    bank: BankCard | null = null,
  ): void {
    this.#put({ card, bank, entry: "inserted", fault, gone: new AbortController() });
  }

  insertBankCard(bank: BankCard): void {
    const entry = bank.hasChip ? "inserted" : "magnetic";
    this.#put({ card: null, bank, entry, fault: null, gone: new AbortController() });
  }

  #put(held: SimulatedCard): void {
    this.#path.insert(held);
    if (!this.#online) return;
    this.#listeners.tell({ kind: "media_inserted" });
    this.#awaited?.(held);
  }

  pull(): void {
    this.#path.pull().gone.abort();
    if (this.#online) this.#listeners.tell({ kind: "media_removed" });
  }

  /** False when no read was waiting: the field is off and the card is not noticed. */
  tap(card: SocialSecurityCard): boolean {
    if (card.version !== "3.00" || !this.#awaited) return false;
    return this.#lay({ card, bank: null });
  }

  tapBankCard(bank: BankCard): boolean {
    return bank.hasChip && this.#lay({ card: null, bank });
  }

  #lay(laid: Pick<SimulatedCard, "card" | "bank">): boolean {
    if (!this.#awaited) return false;
    this.#awaited({ ...laid, entry: "tapped", fault: null, gone: new AbortController() });
    return true;
  }

  jam(jam: Jam | null): void {
    this.#path.jamCard(jam);
    this.#listeners.tell({ kind: "status_changed" });
  }

  /** Cards from elsewhere till the bin is full. */
  fillBin(): void {
    while (!this.#path.isBinFull) this.#path.fill();
  }

  emptyBin(): void {
    this.#path.emptyBin();
  }

  get jammed(): Jam | null {
    return this.#path.jam;
  }

  get isBinFull(): boolean {
    return this.#path.isBinFull;
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (!online) this.#slot.end("offline");
    this.#listeners.tell({ kind: "status_changed" });
  }

  get #media(): CardReaderStatus["media"] {
    if (this.#path.place === null) return "not_present";
    if (this.#path.jam) return "jammed";
    return this.#path.place === "slot" ? "entering" : "present";
  }

  async #move<Failure extends string>(
    options: CommandOptions,
    move: () => Failure | null,
  ): Promise<Completion<null, Failure>> {
    if (!this.#online) return { kind: "failed", reason: "offline" };
    return await this.#slot.run<null, Failure>(options, () => {
      const failure = move();
      if (failure) return Promise.resolve({ kind: "failed", reason: failure });
      this.#listeners.tell({ kind: "status_changed" });
      return Promise.resolve({ kind: "done", value: null });
    });
  }

  #end(to: "slot" | "bin"): "no_media" | "jammed" | null {
    const end = this.#path.move(to);
    if (end === "no_card") return "no_media";
    return end === "jammed" ? "jammed" : null;
  }

  /** A card that stayed till it was read. */
  async #held(
    signal: AbortSignal,
  ): Promise<SimulatedCard | { readonly failure: CardReadFailure }> {
    const lying = this.#path.place === "slot" ? null : this.#path.medium;
    const held = lying ?? await this.#nextCard(signal);
    const { fault, gone } = held;
    await this.#options.pause(this.#options.readTakesMs, AbortSignal.any([signal, gone.signal]));
    if (gone.signal.aborted) return { failure: "removed_too_early" };
    return fault ? { failure: fault } : held;
  }

  async #nextCard(signal: AbortSignal): Promise<SimulatedCard> {
    const { promise, resolve } = Promise.withResolvers<SimulatedCard>();
    this.#awaited = resolve;
    const forget = () => {
      if (this.#awaited === resolve) this.#awaited = null;
    };
    signal.addEventListener("abort", forget, { once: true });
    const card = await promise;
    forget();
    return card;
  }
}

function done<Value>(value: Value): { readonly kind: "done"; readonly value: Value } {
  return { kind: "done", value };
}
