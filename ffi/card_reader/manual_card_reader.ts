import { CommandSlot } from "../command_slot.ts";
import type {
  CardReader,
  CardReaderCapabilities,
  CardReaderEvent,
  CardReaderStatus,
  CardReadFailure,
  CommandOptions,
  Completion,
  RetainFailure,
  SocialSecurityCard,
} from "../contract.ts";
import { Listeners } from "../listeners.ts";
import type { ChipPlace } from "../motor_reader/contract.ts";
import type { CardChip } from "./card_chip.ts";
import { type Look, lookForCard, tooEarly } from "./chip_look.ts";
import { pause } from "./pause.ts";

/** Parts of a reader without a motor. */
export interface ManualCardReaderOptions {
  readonly chip: CardChip;
  /** Where this reader has contacts or an aerial, in the order they are looked at; both if absent. */
  readonly places?: readonly ChipPlace[];
  /** Between two looks for a card, while one is awaited or lies there. */
  readonly pollMs?: number;
}

/**
 * A reader without a motor: the patient puts the card into it or onto it and takes it away. What is
 * there is known by asking the chip's library. Disposing of it leaves the library to its owner.
 */
export function openManualCardReader(
  options: ManualCardReaderOptions,
): CardReader & AsyncDisposable {
  return new ManualCardReader(options);
}

const POLL_MS = 500;
const LOOK_WAIT_MS_MAX = 5_000;

class ManualCardReader implements CardReader, AsyncDisposable {
  readonly capabilities: CardReaderCapabilities;
  readonly #chip: CardChip;
  readonly #places: readonly ChipPlace[];
  readonly #pollMs: number;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<CardReaderEvent>();
  readonly #closed = new AbortController();
  readonly #endChip: () => void;
  #isIn = false;
  /** The patient has been told to take it: it is not read again. */
  #isOffered = false;
  /** A read looks for itself. */
  #isAwaited = false;
  #isReading = false;
  /** The library is asked one thing after the other. */
  #asking: Promise<unknown> = Promise.resolve();
  #watching: Promise<void> | null = null;

  constructor(
    { chip, places = ["contact", "contactless"], pollMs = POLL_MS }: ManualCardReaderOptions,
  ) {
    this.capabilities = {
      contact: places.includes("contact"),
      contactless: places.includes("contactless"),
      eject: false,
      retain: false,
    };
    this.#chip = chip;
    this.#places = places;
    this.#pollMs = pollMs;
    this.#endChip = chip.subscribe(() => this.#listeners.tell({ kind: "status_changed" }));
  }

  /** Fresh where the library can tell without reading, and reads nothing just now. */
  async status(): Promise<CardReaderStatus> {
    if (this.#chip.presence && !this.#isReading) await this.#look(briefly());
    const device = this.#chip.condition;
    if (device === "offline") return { device, media: "unknown" };
    if (!this.#isIn) return { device, media: "not_present" };
    return { device, media: this.#isOffered ? "entering" : "present" };
  }

  subscribe(listener: (event: CardReaderEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async read(
    options: CommandOptions,
  ): Promise<Completion<SocialSecurityCard, CardReadFailure>> {
    if (this.#chip.condition === "offline") return { kind: "failed", reason: "offline" };
    return await this.#slot.run<SocialSecurityCard, CardReadFailure>(options, async (signal) => {
      this.#isAwaited = true;
      try {
        return await this.#read({ ...options, signal });
      } finally {
        this.#isAwaited = false;
      }
    });
  }

  /** The card lies in the patient's reach anyway; from now on it waits to be taken. */
  async eject(options: CommandOptions): Promise<Completion<null, "no_media" | "jammed">> {
    return await this.#slot.run<null, "no_media">(options, async (signal) => {
      if (this.#chip.presence) await this.#look({ ...options, signal });
      if (!this.#isIn) return { kind: "failed", reason: "no_media" };
      this.#isOffered = true;
      this.#listeners.tell({ kind: "status_changed" });
      return { kind: "done", value: null };
    });
  }

  retain(_options: CommandOptions): Promise<Completion<null, RetainFailure>> {
    return Promise.resolve({ kind: "failed", reason: "not_supported" });
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    this.#slot.end("cancelled");
    const isOnline = this.#chip.condition === "online";
    return Promise.resolve(
      isOnline ? { kind: "done", value: null } : { kind: "failed", reason: "offline" },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#slot.end("cancelled");
    this.#closed.abort();
    this.#endChip();
    await this.#watching;
  }

  async #read(options: CommandOptions): Promise<Completion<SocialSecurityCard, CardReadFailure>> {
    while (!options.signal.aborted) {
      const look = await this.#look(options);
      if (look.kind === "failed") return look;
      if (look.kind === "card" && !this.#isOffered) {
        return look.read ?? await this.#readAt(look.place, options);
      }
      await pause(this.#pollMs, options.signal);
    }
    return { kind: "failed", reason: "cancelled" };
  }

  async #readAt(
    place: ChipPlace,
    options: CommandOptions,
  ): Promise<Completion<SocialSecurityCard, CardReadFailure>> {
    this.#isReading = true;
    try {
      const read = await this.#ask(() => this.#chip.readCard(place, options));
      const look = read.kind === "failed" && read.reason === "no_card" && this.#chip.presence
        ? await this.#look(options)
        : null;
      // It is there and has no chip where the contacts are.
      if (look?.kind === "card") return { kind: "failed", reason: "wrong_way_round" };
      const known = tooEarly(read);
      if (known.kind === "failed" && known.reason === "removed_too_early") this.#seen(false);
      return known;
    } finally {
      this.#isReading = false;
    }
  }

  async #look(options: CommandOptions): Promise<Look> {
    const look = await this.#ask(() => lookForCard(this.#chip, this.#places, options));
    if (look.kind !== "failed") this.#seen(look.kind === "card");
    return look;
  }

  #ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#asking.then(question);
    this.#asking = answer.catch(() => null);
    return answer;
  }

  #seen(isIn: boolean): void {
    if (isIn === this.#isIn) return;
    this.#isIn = isIn;
    this.#isOffered = false;
    this.#listeners.tell({ kind: isIn ? "media_inserted" : "media_removed" });
    if (isIn) this.#keepWatch();
    // A library that cannot even do this is being started again, in an empty folder.
    else this.#chip.endSession().catch(() => {});
  }

  /** Till the card is gone; an empty reader that nobody waits at is left alone. */
  #keepWatch(): void {
    this.#watching ??= this.#watch().finally(() => this.#watching = null);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closed;
    while (this.#isIn && !signal.aborted) {
      await pause(this.#pollMs, signal);
      if (!this.#isAwaited && !signal.aborted) await this.#look(briefly());
    }
  }
}

function briefly(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: LOOK_WAIT_MS_MAX };
}
