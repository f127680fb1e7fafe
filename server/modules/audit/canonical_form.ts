import type { AuditResult } from "./event.ts";
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

const LENGTH = 19;

/** The event of such an array; null for one of another form. */
export function eventOfCanonical(
  values: readonly (string | number | null)[],
  tag: Uint8Array,
): AuditEventRow | null {
  const [form, ...rest] = values;
  if (form !== FORM || values.length !== LENGTH) return null;
  const texts = rest.map((value) => typeof value === "number" ? null : value);
  const [id, at, stream_id, kind, result, , actor_kind, , actor_name] = texts;
  const fields = texts.at(-1);
  const isWhole = id && at && stream_id && kind && actor_kind && actor_name && fields;
  if (!isWhole || !isResult(result)) return null;
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return null;
  return {
    id,
    at: time,
    stream_id,
    kind,
    result,
    reason: texts[5] ?? null,
    actor_kind,
    actor_id: texts[7] ?? null,
    actor_name,
    actor_organisation_id: texts[9] ?? null,
    session_id: texts[10] ?? null,
    address: texts[11] ?? null,
    trace_id: texts[12] ?? null,
    object_id: texts[13] ?? null,
    terminal_id: texts[14] ?? null,
    patient_id: texts[15] ?? null,
    order_id: texts[16] ?? null,
    fields,
    tag,
  };
}

const RESULTS: readonly AuditResult[] = ["succeeded", "refused", "failed", "unknown"];

function isResult(text: string | null | undefined): text is AuditResult {
  return RESULTS.some((result) => result === text);
}

const encoder = new TextEncoder();
