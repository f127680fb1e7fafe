import type { Kysely } from "kysely";
import type { AuditTables } from "../tables.ts";

const EVENTS_MAX = 20_000;

export async function selectEventsOfPatient(
  db: Kysely<AuditTables>,
  patientId: string,
): Promise<Pick<AuditTables["audit_event"], "at" | "kind" | "result" | "actor_kind">[]> {
  return await db.selectFrom("audit_event")
    .select(["at", "kind", "result", "actor_kind"])
    .where("patient_id", "=", patientId).orderBy("id").limit(EVENTS_MAX).execute();
}
