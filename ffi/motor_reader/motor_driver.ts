import { CommandSlot } from "../command_slot.ts";
import type { CommandOptions, Completion } from "../contract.ts";
import { Listeners } from "../listeners.ts";
import type {
  CardPosition,
  ChipFailure,
  ChipPlace,
  MotorIdentity,
  MotorReader,
  MotorReaderCapabilities,
  MotorReaderEvent,
  MotorReaderStatus,
  MoveFailure,
} from "./contract.ts";
import { MotorLink, type MotorLinkOptions } from "./motor_link.ts";
import type { MotorModel } from "./motor_model.ts";
import { type KeepMovement, MovementJournal } from "./movement_journal.ts";
import { ReaderState } from "./reader_state.ts";

/** What every motor reader driver needs. */
export interface MotorDriverOptions extends MotorLinkOptions {
  /**
   * Awaited before the motor takes a card to contacts or aerial and before it keeps one; when it
   * rejects, the motor does not move and the command is `refused`. The movement told last counts.
   */
  readonly keepMovement: KeepMovement;
}

/** Resolves when the reader was looked at for the first time, or is not there. */
export async function openMotor(
  model: MotorModel,
  options: MotorDriverOptions,
): Promise<MotorReader & AsyncDisposable> {
  const driver = new MotorDriver(model, options);
  await driver.firstLook;
  return driver;
}

const DONE = { kind: "done", value: null } as const;

/** What all models have in common: what the journal knows before the motor runs. */
class MotorDriver implements MotorReader, AsyncDisposable {
  readonly capabilities: MotorReaderCapabilities;
  readonly #state = new ReaderState((event) => this.#tell(event));
  readonly #listeners = new Listeners<MotorReaderEvent>();
  readonly #slot = new CommandSlot();
  readonly #link: MotorLink;
  readonly #journal: MovementJournal;
  #lastCard: CardPosition = "unknown";
  #running: Promise<unknown> = Promise.resolve();

  constructor(model: MotorModel, options: MotorDriverOptions) {
    this.capabilities = model.capabilities;
    this.#journal = new MovementJournal(options.keepMovement);
    this.#link = new MotorLink(model, this.#state, options);
  }

  get firstLook(): Promise<void> {
    return this.#link.firstLook;
  }

  /** Fresh, unless the motor runs: then as it was before. */
  async status(): Promise<MotorReaderStatus> {
    if (!this.#link.isMoving) await this.#link.look();
    return this.#state.status;
  }

  subscribe(listener: (event: MotorReaderEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async reset(options: CommandOptions): Promise<Completion<null>> {
    this.#slot.end("cancelled");
    await this.#running;
    return await this.#command<null, never>(options, () => this.#link.recover());
  }

  async identify(options: CommandOptions): Promise<Completion<MotorIdentity, ChipFailure>> {
    return await this.#command<MotorIdentity, ChipFailure>(options, () => this.#link.identify());
  }

  async setEntry(
    enabled: boolean,
    options: CommandOptions,
  ): Promise<Completion<null, MoveFailure>> {
    return await this.#command(options, () => this.#link.setEntry(enabled));
  }

  async position(at: ChipPlace, options: CommandOptions): Promise<Completion<null, MoveFailure>> {
    return await this.#withCard(options, async (signal) => {
      if (!await this.#journal.take()) return { kind: "failed", reason: "refused" };
      return await this.#link.move(at, signal);
    });
  }

  async eject(options: CommandOptions): Promise<Completion<null, MoveFailure>> {
    return await this.#withCard(options, async (signal) => {
      const isThere = this.#state.status.card === "gate";
      const ejected = isThere ? DONE : await this.#link.move("slot", signal);
      if (ejected.kind === "done") await this.#journal.giveBack();
      return ejected;
    });
  }

  async retain(options: CommandOptions): Promise<Completion<null, MoveFailure>> {
    return await this.#withCard(options, async (signal) => {
      if (this.#state.status.retainBin === "full") return { kind: "failed", reason: "bin_full" };
      if (!await this.#journal.retain()) return { kind: "failed", reason: "refused" };
      const retained = await this.#link.move("bin", signal);
      // The record said more than happened; a card nobody can see may well lie in the bin.
      if (retained.kind === "failed" && this.#isSeen) await this.#journal.take();
      return retained;
    });
  }

  async powerChip(options: CommandOptions): Promise<Completion<Uint8Array, ChipFailure>> {
    return await this.#command<Uint8Array, ChipFailure>(
      options,
      () => this.#link.askChip((model, wire) => model.powerChip(wire)),
    );
  }

  async exchange(
    apdu: Uint8Array,
    options: CommandOptions,
  ): Promise<Completion<Uint8Array, ChipFailure>> {
    return await this.#command<Uint8Array, ChipFailure>(
      options,
      () => this.#link.askChip((model, wire) => model.exchange(wire, apdu)),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#slot.end("cancelled");
    await this.#running;
    await this.#link[Symbol.asyncDispose]();
  }

  get #isSeen(): boolean {
    const { card } = this.#state.status;
    return card !== "none" && card !== "unknown";
  }

  async #withCard(
    options: CommandOptions,
    work: (signal: AbortSignal) => Promise<Completion<null, MoveFailure>>,
  ): Promise<Completion<null, MoveFailure>> {
    return await this.#command<null, MoveFailure>(options, async (signal) => {
      const seen = await this.#link.look();
      if (seen.kind === "failed") return seen;
      if (seen.value === "none") return { kind: "failed", reason: "no_media" };
      if (seen.value === "jammed") return { kind: "failed", reason: "jammed" };
      return await work(signal);
    });
  }

  async #command<Value, Failure extends string>(
    options: CommandOptions,
    work: (signal: AbortSignal) => Promise<Completion<Value, Failure>>,
  ): Promise<Completion<Value, Failure>> {
    const running = this.#slot.run(options, work);
    this.#running = running.catch(() => null);
    return await running;
  }

  /** The journal follows what was seen: a reader may draw a card in by itself, a hand pull it out. */
  #tell(event: MotorReaderEvent): void {
    const { card } = this.#state.status;
    if (card !== this.#lastCard) {
      if (card === "held") void this.#journal.take();
      if (card === "none" || card === "gate") void this.#journal.giveBack();
      this.#lastCard = card;
    }
    this.#listeners.tell(event);
  }
}
