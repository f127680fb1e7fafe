import type { AuditEvent } from "../audit/event.ts";
import type { DischargeRow } from "./store.ts";

/** What is asked about stays, as the audit trail keeps it; each part's refund has its own events. */
export function dischargeAsked(
  row: Omit<DischargeRow, "tag">,
  { patientId, parts }: { readonly patientId: string; readonly parts: number },
): AuditEvent {
  return {
    kind: "inpatient.discharge_refund_requested",
    result: "succeeded",
    objectId: row.id,
    organisationId: row.institution_id,
    patientId,
    fields: {
      dueFen: row.due_fen.toString(),
      elsewhereFen: row.elsewhere_fen.toString(),
      parts: String(parts),
    },
  };
}
