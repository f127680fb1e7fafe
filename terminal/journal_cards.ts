import type { DatabaseSync } from "node:sqlite";
import type { CardMovement } from "../ffi/motor_reader/contract.ts";
import type { Clock } from "../server/platform/clock.ts";

/**
 * Where the patients' cards are, as far as the motor moved them. No number: whose card it is, the
 * reader tells when it is asked.
 */
export class JournalCards {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** On disk when it returns: the motor may run. */
  keep({ kind }: CardMovement): void {
    this.#database.prepare("INSERT INTO card_movement (kind, at_ms) VALUES (?, ?)")
      .run(kind, this.#clock.now().getTime());
  }

  /** After a power cut: a card was taken in and is neither given back nor in the bin. */
  get isOneInside(): boolean {
    const row = this.#database.prepare("SELECT kind FROM card_movement ORDER BY id DESC LIMIT 1")
      .get();
    return row?.kind === "taken";
  }
}
