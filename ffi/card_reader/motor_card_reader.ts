import { CommandSlot } from "../command_slot.ts";
import type {
  CardMedia,
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
import type { CardPosition, MotorReader, MotorReaderEvent } from "../motor_reader/contract.ts";
import type { CardChip } from "./card_chip.ts";
import { Change } from "./change.ts";
import { commonFailureOf, readInside } from "./read_inside.ts";
import { waitForCard } from "./wait_for_card.ts";

/** Parts of a motor reader. */
export interface MotorCardReaderOptions {
  readonly motor: MotorReader;
  /** Its contacts and aerial are those the motor brings a card to. */
  readonly chip: CardChip;
  /**
   * How often a read looks for a card tapped on an aerial outside; absent where there is none.
   * Each look is a call of the chip's library.
   */
  readonly tapPollMs?: number;
}

/**
 * A motor and a chip library put together to the reader the terminal knows. Cards are let in only
 * while somebody waits for one. Disposing of it leaves motor and chip to their owners.
 */
export function openMotorCardReader(options: MotorCardReaderOptions): CardReader & AsyncDisposable {
  return new MotorCardReader(options);
}

/** The motor's own bounds end it before. */
const SHUT_WAIT_MS_MAX = 30_000;
const MEDIA: Readonly<Record<CardPosition, CardMedia>> = {
  none: "not_present",
  gate: "entering",
  held: "present",
  jammed: "jammed",
  unknown: "unknown",
};

class MotorCardReader implements CardReader, AsyncDisposable {
  readonly capabilities: CardReaderCapabilities;
  readonly #options: MotorCardReaderOptions;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<CardReaderEvent>();
  readonly #change = new Change();
  readonly #ends: readonly (() => void)[];
  /** A card that lies there before anybody looked is of somebody who has gone. */
  readonly #tap = { isRead: true };
  #hasArrived = false;
  #isOpen = false;
  /** The last command is over in the motor, too. */
  #idle: Promise<unknown> = Promise.resolve();

  constructor(options: MotorCardReaderOptions) {
    const { motor, chip } = options;
    const { contact, contactless, retain } = motor.capabilities;
    this.capabilities = { contact, contactless, eject: true, retain };
    this.#options = options;
    this.#ends = [
      motor.subscribe((event) => this.#motorTold(event)),
      chip.subscribe(() => this.#listeners.tell({ kind: "status_changed" })),
    ];
  }

  /** Offline as well while only the chip's library is away: no card can be read. */
  async status(): Promise<CardReaderStatus> {
    const { device, card } = await this.#options.motor.status();
    const isReadable = device !== "online" || this.#options.chip.condition === "online";
    return { device: isReadable ? device : "offline", media: MEDIA[card] };
  }

  subscribe(listener: (event: CardReaderEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async read(
    options: CommandOptions,
  ): Promise<Completion<SocialSecurityCard, CardReadFailure>> {
    return await this.#command<SocialSecurityCard, CardReadFailure>(options, async (signal) => {
      if (this.#options.chip.condition === "offline") return { kind: "failed", reason: "offline" };
      return await this.#read({ ...options, signal });
    });
  }

  async eject(options: CommandOptions): Promise<Completion<null, "no_media" | "jammed">> {
    return await this.#command<null, "no_media" | "jammed">(options, async (signal) => {
      const ejected = await this.#options.motor.eject({ ...options, signal });
      if (ejected.kind === "done") this.#hasArrived = false;
      if (ejected.kind === "done") return ejected;
      const { reason } = ejected;
      const isKnown = reason === "no_media" || reason === "jammed";
      return { kind: "failed", reason: isKnown ? reason : commonFailureOf(reason) };
    });
  }

  async retain(options: CommandOptions): Promise<Completion<null, RetainFailure>> {
    return await this.#command<null, RetainFailure>(options, async (signal) => {
      const retained = await this.#options.motor.retain({ ...options, signal });
      if (retained.kind === "done") this.#cardIsGone();
      if (retained.kind === "done") return retained;
      const { reason } = retained;
      return { kind: "failed", reason: reason === "refused" ? "hardware_error" : reason };
    });
  }

  async reset(options: CommandOptions): Promise<Completion<null>> {
    this.#slot.end("cancelled");
    await this.#idle;
    return await this.#command<null, never>(
      options,
      (signal) => this.#options.motor.reset({ ...options, signal }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#slot.end("cancelled");
    await this.#idle;
    for (const end of this.#ends) end();
  }

  async #read(
    options: CommandOptions,
  ): Promise<Completion<SocialSecurityCard, CardReadFailure>> {
    const { motor, chip, tapPollMs = null } = this.#options;
    const found = await waitForCard({
      motor,
      chip,
      tapPollMs,
      tap: this.#tap,
      change: this.#change,
      hasArrived: () => this.#hasArrived,
      letIn: () => {
        this.#isOpen = true;
        return motor.setEntry(true, options);
      },
    }, options);
    if (found.kind === "failed") return found;
    return found.kind === "tapped" ? found.read : await readInside({ motor, chip }, options);
  }

  /** A command begins when nothing of the last one runs any more, and ends with a shut slot. */
  async #command<Value, Failure extends string>(
    options: CommandOptions,
    work: (signal: AbortSignal) => Promise<Completion<Value, Failure>>,
  ): Promise<Completion<Value, Failure>> {
    const before = this.#idle;
    return await this.#slot.run<Value, Failure>(options, (signal) => {
      const working = before.then((): Promise<Completion<Value, Failure>> =>
        signal.aborted ? Promise.resolve({ kind: "failed", reason: "cancelled" }) : work(signal)
      );
      this.#idle = working.then(() => this.#shut(), () => this.#shut());
      return working;
    });
  }

  async #shut(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#options.motor.setEntry(false, {
      signal: new AbortController().signal,
      timeoutMs: SHUT_WAIT_MS_MAX,
    });
  }

  #motorTold(event: MotorReaderEvent): void {
    if (event.kind === "media_inserted") this.#hasArrived = true;
    if (event.kind === "media_removed") this.#cardIsGone();
    this.#change.tell();
    this.#listeners.tell(event);
  }

  #cardIsGone(): void {
    this.#hasArrived = false;
    // A library that cannot even do this is being started again, in an empty folder.
    this.#options.chip.endSession().catch(() => {});
  }
}
