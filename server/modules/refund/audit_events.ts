import type { AuditEvent } from "../audit/event.ts";
import type { ActRow, RequestRow } from "./store.ts";

/** What is asked and decided about refunds, as the audit trail keeps it. */

export function refundAsked(row: Omit<RequestRow, "tag">, patientId: string): AuditEvent {
  return {
    kind: "refund.requested",
    result: "succeeded",
    ...placeOf(row),
    patientId,
    fields: {
      why: row.why,
      lines: row.lines ?? "all",
      valueFen: row.value_fen.toString(),
      cashFen: row.cash_fen.toString(),
      state: row.state,
    },
  };
}

export function refundDecided(
  row: RequestRow,
  verdict: "approved" | "rejected" | "withdrawn",
): AuditEvent {
  return {
    kind: "refund.decided",
    result: verdict === "approved" ? "succeeded" : "refused",
    ...placeOf(row),
    fields: { verdict, valueFen: row.value_fen.toString() },
  };
}

export function actAsked(row: Omit<ActRow, "tag">, orderId: string): AuditEvent {
  return { kind: "refund.act_requested", result: "succeeded", ...actOf(row, orderId) };
}

export function actDecided(row: ActRow, orderId: string, verdict: "done" | "rejected"): AuditEvent {
  return {
    kind: "refund.act_decided",
    result: verdict === "done" ? "succeeded" : "refused",
    ...actOf(row, orderId),
  };
}

function placeOf(row: Pick<RequestRow, "id" | "institution_id" | "order_id">) {
  return { objectId: row.id, organisationId: row.institution_id, orderId: row.order_id };
}

function actOf(row: Omit<ActRow, "tag">, orderId: string) {
  return {
    objectId: row.refund_id,
    organisationId: row.institution_id,
    orderId,
    fields: {
      kind: row.kind,
      amountFen: row.amount_fen?.toString() ?? null,
      evidence: row.evidence_index.toHex(),
    },
  };
}
