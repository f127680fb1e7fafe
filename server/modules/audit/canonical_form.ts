import type { AuditTables } from "./tables.ts";

export type AuditEventRow = AuditTables["audit_event"];

/** First in every form, so that a later one is told from this. */
const FORM = 1;

/**
 * The bytes of an event that its tag, its link in the chain and every check go by: UTF-8 of a JSON
 * array of the form's number and the columns in the order of the table, times as RFC 3339 with
 * milliseconds, absent ones null. The tag itself is left out.
 */
export function canonicalForm(row: Omit<AuditEventRow, "tag">): Uint8Array<ArrayBuffer> {
  return encoder.encode(canonicalText(row));
}

/** The form before it is UTF-8. */
export function canonicalText(row: Omit<AuditEventRow, "tag">): string {
  return JSON.stringify([
    FORM,
    row.id,
    row.at.toISOString(),
    row.stream_id,
    row.kind,
    row.result,
    row.reason,
    row.actor_kind,
    row.actor_id,
    row.actor_name,
    row.actor_organisation_id,
    row.session_id,
    row.address,
    row.trace_id,
    row.object_id,
    row.terminal_id,
    row.patient_id,
    row.order_id,
    row.fields,
  ]);
}

/** What a check goes by; the text is the canonical form as it stands in the database or the pack. */
export interface FormedEvent {
  readonly text: string;
  readonly tag: Uint8Array;
}

/** How the form begins of the event that a link names. */
export function formStart(
  { event_id, event_at, stream_id }: Pick<
    AuditTables["audit_link"],
    "event_id" | "event_at" | "stream_id"
  >,
): string {
  return `[${FORM},"${event_id}","${event_at.toISOString()}","${stream_id}",`;
}

const encoder = new TextEncoder();
