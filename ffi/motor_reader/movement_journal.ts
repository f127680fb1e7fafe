import type { CardMovement } from "./contract.ts";

/** Puts a movement on disk; rejects when it could not. */
export type KeepMovement = (movement: CardMovement) => Promise<void>;

/**
 * What the terminal's journal knows of the card in the reader. The movement told last counts. A card
 * that was inside before this process began is told as taken once more.
 */
export class MovementJournal {
  readonly #keep: KeepMovement;
  #isTaken = false;
  /** Movements reach the disk one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(keep: KeepMovement) {
    this.#keep = keep;
  }

  /** True when the journal has the card as taken: now the motor may take it. */
  take(): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!this.#isTaken) this.#isTaken = await this.#tell("taken");
      return this.#isTaken;
    });
  }

  /**
   * The patient has the card or can take it. Nothing hangs on this record: after a restart the
   * reader is asked, not the journal alone.
   */
  giveBack(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isTaken) return;
      this.#isTaken = false;
      await this.#tell("given_back");
    });
  }

  /** True when the record of a kept card is there: now the motor may keep it. */
  retain(): Promise<boolean> {
    return this.#inTurn(async () => {
      const isKept = await this.#tell("retained");
      if (isKept) this.#isTaken = false;
      return isKept;
    });
  }

  async #tell(kind: CardMovement["kind"]): Promise<boolean> {
    try {
      await this.#keep({ kind });
      return true;
    } catch {
      return false;
    }
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#last.then(work);
    this.#last = done;
    return done;
  }
}
