import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { inTransaction } from "./journal_database.ts";
import type { Enrolment, LineMemory } from "./line/line_memory.ts";

const enrolmentRow: z.ZodType<Enrolment> = z.strictObject({
  id: z.string(),
  terminalNumber: z.string(),
  nonce: z.string(),
  signKey: z.string(),
  platform: z.strictObject({ signKey: z.string(), agreeKey: z.string(), nonce: z.string() })
    .nullable(),
  terminalId: z.string().nullable(),
});

/**
 * So far above the last one the first generation of a start lies: disks say "written" of what a power
 * cut then takes away, and a generation used twice would be a copy's. More than a terminal opens in
 * the seconds before, and few, so that a copy soon falls behind.
 */
const GENERATIONS_A_START = 8;

/** The line's part of the journal. No secret stands here: those are in the key file. */
export class JournalLine implements LineMemory {
  readonly #database: DatabaseSync;
  #isStart = true;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  enrolment(): Enrolment | null {
    const row = this.#database.prepare("SELECT body FROM enrolment").get();
    return row ? enrolmentRow.parse(JSON.parse(String(row.body))) : null;
  }

  beginEnrolment(enrolment: Enrolment): Enrolment {
    this.#database.prepare(
      "INSERT INTO enrolment (one, id, body) VALUES (1, ?, ?) ON CONFLICT (one) DO NOTHING",
    ).run(enrolment.id, JSON.stringify(enrolment));
    return this.enrolment() ?? enrolment;
  }

  moveEnrolment(enrolment: Enrolment): void {
    this.#database.prepare("UPDATE enrolment SET body = ? WHERE id = ?")
      .run(JSON.stringify(enrolment), enrolment.id);
  }

  forgetEnrolment(id: string): void {
    this.#database.prepare("DELETE FROM enrolment WHERE id = ?").run(id);
  }

  nextGeneration(): number {
    const step = this.#isStart ? GENERATIONS_A_START : 1;
    const generation = inTransaction(this.#database, () => {
      this.#database.prepare(
        `INSERT INTO line_generation (one, generation) VALUES (1, ?)
         ON CONFLICT (one) DO UPDATE SET generation = generation + excluded.generation`,
      ).run(step);
      const row = this.#database.prepare("SELECT generation FROM line_generation").get();
      return Number(row?.generation ?? 0);
    });
    this.#isStart = false;
    return generation;
  }
}
