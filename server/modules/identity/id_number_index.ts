import type { Kysely } from "kysely";
import { findPatientById } from "./store.ts";
import type { IdentityTables } from "./tables.ts";

/** A patient's blind index, to tell one person from another; null once he was erased. */
export async function idNumberIndexOf(
  db: Kysely<IdentityTables>,
  patientId: string,
): Promise<Uint8Array | null> {
  return (await findPatientById(db, patientId))?.id_number_index ?? null;
}
