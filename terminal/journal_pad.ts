import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

/**
 * Which work keys the pad has, as far as this terminal brought them: no key, only what the pad shows
 * of it to anybody. `loading`: the pad may hold one of the two, or none; `loaded`: both, and the
 * platform may not know; `ready`: the platform counts them.
 */
const keptPadKeys = z.strictObject({
  version: z.number().int(),
  algorithm: z.enum(["sm4", "tdes"]),
  progress: z.enum(["loading", "loaded", "ready"]),
  /** 8 bytes of E_k(0…0), in hex. */
  pinCheck: z.string(),
  macCheck: z.string(),
});

export type KeptPadKeys = z.infer<typeof keptPadKeys>;

/** The PIN pad's part of the journal. */
export class JournalPad {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** On disk when it returns: the pad may be touched. */
  keep(keys: KeptPadKeys): void {
    this.#database.prepare(
      "INSERT INTO pad_keys (one, body) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET body = excluded.body",
    ).run(JSON.stringify(keys));
  }

  /** Null when there are none, or of a release that wrote them otherwise. */
  find(): KeptPadKeys | null {
    const row = this.#database.prepare("SELECT body FROM pad_keys").get();
    return row ? keptPadKeys.safeParse(JSON.parse(String(row.body))).data ?? null : null;
  }

  forget(): void {
    this.#database.exec("DELETE FROM pad_keys");
  }
}
