import { AUDIT_EVENTS } from "../catalogue.ts";
import type { AuditEventRow } from "../canonical_form.ts";
import { type AuditEventKind, isAuditEventId } from "../event.ts";
import { PLATFORM_STREAM } from "../record_events.ts";
import { changesOf } from "./changes.ts";
import {
  auditActorKindField,
  type AuditCatalogue,
  type AuditEventView,
  type AuditField,
} from "./contract.ts";

/** Of organisations by their ids. */
export type Names = ReadonlyMap<string, string>;

const UNKNOWN: AuditEventKind = {
  title: "未知事件",
  severity: "warning",
  who: [],
  object: "unknown",
  retentionDays: 0,
  clauses: [],
  fields: {},
};

/** An event of a kind this version does not know is shown all the same. */
export function viewOf(row: Omit<AuditEventRow, "tag">, names: Names): AuditEventView {
  const kind = kindOf(row.kind);
  const fields = fieldsOf(row.fields);
  const organisationId = row.stream_id === PLATFORM_STREAM ? null : row.stream_id;
  return {
    id: row.id,
    at: row.at.toISOString(),
    kind: row.kind,
    title: kind.title,
    severity: kind.severity,
    result: row.result,
    reason: row.reason,
    organisationId,
    organisationName: organisationId === null ? null : names.get(organisationId) ?? null,
    actor: {
      kind: auditActorKindField.parse(row.actor_kind),
      id: row.actor_id,
      name: row.actor_name,
      sessionId: row.session_id,
      address: row.address,
    },
    traceId: row.trace_id,
    object: kind.object,
    objectId: row.object_id,
    terminalId: row.terminal_id,
    patientId: row.patient_id,
    orderId: row.order_id,
    fields: Object.entries(fields).map(([name, value]) => ({
      name,
      title: kind.fields[name] ?? name,
      value: shown(value),
    })),
    changes: [...changesOf(fields)],
  };
}

export function kindOf(id: string): AuditEventKind {
  return isAuditEventId(id) ? AUDIT_EVENTS[id] : UNKNOWN;
}

export function auditCatalogue(): AuditCatalogue {
  const kinds = Object.entries<AuditEventKind>(AUDIT_EVENTS).map(([id, kind]) => ({
    id,
    module: id.slice(0, id.indexOf(".")),
    title: kind.title,
    severity: kind.severity,
    who: [...kind.who],
    object: kind.object,
    retentionDays: kind.retentionDays,
    clauses: [...kind.clauses],
    fields: Object.entries(kind.fields).map(([name, title]) => ({ name, title })),
  }));
  return { kinds };
}

/** Somebody may have written past the platform: what is no object is shown as one text. */
export function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const fields: unknown = JSON.parse(text);
    if (typeof fields === "object" && fields !== null) return { ...fields };
  } catch {
    // Shown as it is.
  }
  return { text };
}

export function shown(value: unknown): AuditField["value"] {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    default:
      return value === null ? null : JSON.stringify(value) ?? null;
  }
}
