import { AUDIT_EVENTS } from "./catalogue.ts";

/** One entry of catalogue.toml, as the generator writes it. */
export interface AuditEventKind {
  /** Chinese, for auditors. */
  readonly title: string;
  readonly severity: "info" | "warning" | "error";
  readonly who: readonly ("user" | "program" | "terminal" | "system" | "shell" | "nobody")[];
  /** What `objectId` names. */
  readonly object: string;
  readonly retentionDays: number;
  /** Of GB/T 22239-2019, level 3. */
  readonly clauses: readonly string[];
  /** The event whose action this one ends. */
  readonly completes?: string;
  /** The event's own fields with what they mean. */
  readonly fields: Readonly<Record<string, string>>;
}

export type AuditEventId = keyof typeof AUDIT_EVENTS;

export type AuditResult = "succeeded" | "refused" | "failed" | "unknown";

type FieldNames<Id extends AuditEventId> = keyof (typeof AUDIT_EVENTS)[Id]["fields"];

/** What happened, to be written in the transaction of the change. No personal data in the fields. */
export interface AuditEventOf<Id extends AuditEventId> {
  readonly kind: Id;
  readonly result: AuditResult;
  /** Stable code of a refusal or failure. */
  readonly reason?: string;
  /** Of the kind of thing the catalogue names. */
  readonly objectId?: string;
  /** Whose stream it belongs to; the actor's organisation when absent. */
  readonly organisationId?: string | null;
  readonly terminalId?: string;
  readonly patientId?: string;
  readonly orderId?: string;
  readonly fields: { readonly [Name in FieldNames<Id>]: string | number | boolean | null };
}

export type AuditEvent = { [Id in AuditEventId]: AuditEventOf<Id> }[AuditEventId];

export function isAuditEventId(text: string): text is AuditEventId {
  return Object.hasOwn(AUDIT_EVENTS, text);
}
