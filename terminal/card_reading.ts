import type {
  CardReader,
  CardReaderStatus,
  CardReadFailure,
  CommandOptions,
  CommonFailure,
  Completion,
  PaymentCard,
  PaymentRequest,
} from "../ffi/contract.ts";
import type { Log } from "../server/platform/log.ts";
import { CardSlot } from "./card_slot.ts";
import type { ReadFailure, TerminalEvent } from "./contract.ts";
import { readCard } from "./credentials.ts";
import type { KeepNote } from "./device_notes.ts";

/** One wait for a card; the next follows at once. */
const READ_WAIT_MS_MAX = 10 * 60_000;
const EJECT_WAIT_MS_MAX = 10_000;

interface Deps {
  readonly reader: CardReader;
  readonly log: Log;
  readonly tell: (event: TerminalEvent) => void;
  readonly note?: KeepNote;
  /** The screens know how the reader is before they are told of a card that came out. */
  readonly refresh: () => Promise<void>;
  /** The end of everything. */
  readonly signal: AbortSignal;
}

/** The reader in the hands of a payment by card. */
export interface LentReader {
  /** A card lies inside. */
  isFilled(): Promise<boolean>;
  read(
    request: PaymentRequest,
    options: CommandOptions,
  ): Promise<Completion<PaymentCard, CardReadFailure>>;
  /** To the slot, now or as soon as the reader can. */
  giveBack(): Promise<void>;
  /** Returns what ends it, as below. */
  onFilled(listener: () => void): () => void;
  onRemoved(listener: () => void): () => void;
}

type Trouble = CommonFailure | CardReadFailure;

/** Reads every card once, and sees to it that each comes out again or goes into the bin. */
export class CardReading {
  readonly #deps: Deps;
  readonly #slot = new CardSlot();
  /** Aborts when a card does not come out: it is not waited for, but tried again. */
  #stuck = new AbortController();
  /** Settles when a payment by card needs the reader no more; null while none does. */
  #lent: Promise<unknown> | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Returns what ends it. */
  listen(): () => void {
    return this.#deps.reader.subscribe((event) => {
      this.#slot.hear(event);
      if (event.kind === "media_removed") this.#deps.tell({ kind: "card_removed" });
      // A slot that is seen empty in time is one that a patient may put a card in.
      if (event.kind === "status_changed") this.#look().catch(() => {});
    });
  }

  /** The number of the card in the reader, another one for each; null without one. */
  async findCard(): Promise<number | null> {
    await this.#look();
    return this.#slot.card;
  }

  /** Waits for a card, reads it, and waits till it is gone; false when the reader needs a rest. */
  async readNext(): Promise<boolean> {
    const { reader, tell, signal } = this.#deps;
    await this.#lent;
    const { device, media } = await this.#look();
    // Also while only its library is away.
    if (this.#slot.isOwed && media !== "unknown" && !await this.#returnCard()) return false;
    if (device !== "online") return false;
    if (this.#stuck.signal.aborted) this.#stuck = new AbortController();
    const completion = await reader.read({ signal, timeoutMs: READ_WAIT_MS_MAX });
    const { card } = this.#slot;
    if (completion.kind === "done") tell(readCard(completion.value));
    const trouble = completion.kind === "failed" ? completion.reason : null;
    if (trouble === "offline") return this.#gone();
    const wasInside = trouble !== null && await this.#failed(trouble);
    await this.#cardGone(card);
    if (this.#slot.isOwed) return false;
    // The patient's hand was the pause: whoever tries again does not find the slot shut.
    return isSound(trouble) || wasInside && (await this.#look()).device === "online";
  }

  /**
   * Brings a card that lies in the reader to the slot. When the reader cannot do it now, it is done
   * once it can: a card of a session that is over is not read again.
   */
  async eject(): Promise<void> {
    const { media } = await this.#look();
    if (media === "not_present" || media === "entering") return;
    this.#slot.owe();
    // A read in progress has the reader to itself; it is ended first.
    await this.#deps.reader.reset(this.#briefly());
    await this.#giveBack();
  }

  /**
   * The reader for bank cards till `work` ends: no card is read as anybody's meanwhile. Null when
   * the reader knows no bank cards, or another payment has it.
   */
  async lend<Value>(work: (reader: LentReader) => Promise<Value>): Promise<Value | null> {
    const { reader } = this.#deps;
    if (!reader.readPayment || this.#lent) return null;
    const over = Promise.withResolvers<void>();
    this.#lent = over.promise;
    try {
      await reader.reset(this.#briefly());
      return await work(this.#lentReader());
    } finally {
      this.#lent = null;
      over.resolve();
    }
  }

  #lentReader(): LentReader {
    const { reader } = this.#deps;
    const briefly = this.#briefly();
    return {
      isFilled: async () => {
        const { media } = await this.#look();
        return media === "present";
      },
      async read(request, options) {
        for (;;) {
          const read = await reader.readPayment?.(request, options);
          if (!read) return { kind: "failed", reason: "offline" };
          // The read that was under way had begun anew in this moment.
          if (read.kind === "done" || read.reason !== "busy") return read;
          await reader.reset(briefly);
        }
      },
      giveBack: async () => {
        await this.#giveBack();
      },
      onFilled: (listener) => this.#on("media_inserted", listener),
      onRemoved: (listener) => this.#on("media_removed", listener),
    };
  }

  #on(kind: "media_inserted" | "media_removed", listener: () => void): () => void {
    return this.#deps.reader.subscribe((event) => {
      if (event.kind === kind) listener();
    });
  }

  /** Takes this card into the bin and no other; false when it was taken, or the reader could not. */
  async retain(card: number): Promise<boolean> {
    const { reader, note } = this.#deps;
    if (!reader.capabilities.retain || await this.findCard() !== card) return false;
    await reader.reset(this.#briefly());
    // Who came back for it in this moment has it.
    if (await this.findCard() !== card) return false;
    const retained = await reader.retain(this.#briefly());
    if (retained.kind === "done") return true;
    note?.({
      kind: "card.retain_failed",
      severity: "error",
      fields: { reason: retained.reason },
    });
    return false;
  }

  /** At once, so that nobody misses that the reader is back; a card in it comes out then. */
  #gone(): false {
    if (this.#slot.isInside) {
      this.#deps.tell({ kind: "read_failed", device: "card_reader", reason: "device_failed" });
      this.#slot.owe();
    }
    this.#slot.see("unknown");
    return false;
  }

  /** Says what is wrong with a card, and lets it out; true when one was inside. */
  async #failed(reason: Trouble): Promise<boolean> {
    const { media } = await this.#look();
    const isInside = media === "present" || media === "jammed";
    if (reason === "cancelled" || !isInside && !isReadFailure(reason)) return false;
    this.#deps.tell({ kind: "read_failed", device: "card_reader", reason: told(reason) });
    if (isInside) await this.eject();
    return isInside;
  }

  /** A card of a session that is over, or of which nobody knows whose it is. */
  async #returnCard(): Promise<boolean> {
    const outcome = await this.#giveBack();
    if (outcome === "given") {
      await this.#deps.refresh();
      this.#deps.tell({ kind: "card_given_back" });
    }
    return outcome !== "stuck";
  }

  async #giveBack(): Promise<"given" | "no_card" | "stuck"> {
    const ejected = await this.#deps.reader.eject(this.#briefly());
    if (ejected.kind === "done" || ejected.reason === "no_media") {
      this.#slot.give();
      return ejected.kind === "done" ? "given" : "no_card";
    }
    this.#slot.owe();
    // Tried again every few seconds, said once.
    if (!this.#stuck.signal.aborted) {
      this.#deps.log.warn("Cannot eject a card", { reason: ejected.reason });
    }
    this.#stuck.abort();
    return "stuck";
  }

  /**
   * A card that was read is not read again till it was taken out, which is when the next one lies
   * there as well; one that is owed is not waited for.
   */
  async #cardGone(card: number | null): Promise<void> {
    const signal = AbortSignal.any([this.#deps.signal, this.#stuck.signal]);
    let changed = Promise.withResolvers<void>();
    const wake = () => changed.resolve();
    const end = this.#deps.reader.subscribe(wake);
    signal.addEventListener("abort", wake, { once: true });
    try {
      while (!signal.aborted) {
        const { media } = await this.#look();
        if (media === "not_present" || media === "unknown") return;
        if (this.#slot.isOwed || this.#slot.card !== card) return;
        await changed.promise;
        changed = Promise.withResolvers();
      }
    } finally {
      end();
      signal.removeEventListener("abort", wake);
    }
  }

  async #look(): Promise<CardReaderStatus> {
    const status = await this.#deps.reader.status();
    this.#slot.see(status.media);
    return status;
  }

  #briefly(): { readonly signal: AbortSignal; readonly timeoutMs: number } {
    return { signal: this.#deps.signal, timeoutMs: EJECT_WAIT_MS_MAX };
  }
}

function isReadFailure(reason: Trouble): reason is CardReadFailure {
  return reason === "removed_too_early" || reason === "unreadable" || reason === "wrong_way_round";
}

function told(reason: Trouble): ReadFailure {
  return isReadFailure(reason) || reason === "timeout" ? reason : "device_failed";
}

/** False when the reader needs a rest before it is asked again. */
function isSound(trouble: Trouble | null): boolean {
  return trouble === null || isReadFailure(trouble) || trouble === "timeout" ||
    trouble === "cancelled";
}
