import type { Kysely } from "kysely";
import type { Sealer } from "../../platform/sealer.ts";
import { findPatientByIndex } from "./store.ts";
import type { IdentityTables } from "./tables.ts";

/** Our id of the patient with this ID number, by its blind index; null for a stranger. */
export async function findPatientId(
  { db, sealer }: { readonly db: Kysely<IdentityTables>; readonly sealer: Sealer },
  idNumber: string,
): Promise<string | null> {
  const patient = await findPatientByIndex(db, await sealer.index("id_number", idNumber));
  return patient?.id ?? null;
}
