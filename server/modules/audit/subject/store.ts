import type { Kysely } from "kysely";
import type { AuditTables } from "../tables.ts";

const EVENTS_MAX = 20_000;
/** A list that is as long as this may not be all: ask from a later day for the rest. */
export const ERASURES_MAX = 100_000;

/** Whom the trail says to be erased since then, oldest first; the numbers lead to nobody. */
export async function selectErasedSince(
  db: Kysely<AuditTables>,
  since: Date,
): Promise<{ at: Date; patient_id: string | null }[]> {
  return await db.selectFrom("audit_event").select(["at", "patient_id"])
    .where("kind", "=", "identity.person_erased").where("at", ">=", since)
    .orderBy("id").limit(ERASURES_MAX).execute();
}

export async function selectEventsOfPatient(
  db: Kysely<AuditTables>,
  patientId: string,
): Promise<Pick<AuditTables["audit_event"], "at" | "kind" | "result" | "actor_kind">[]> {
  return await db.selectFrom("audit_event")
    .select(["at", "kind", "result", "actor_kind"])
    .where("patient_id", "=", patientId).orderBy("id").limit(EVENTS_MAX).execute();
}
