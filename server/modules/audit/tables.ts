import type { AuditResult } from "./event.ts";

export const AUDIT_PARTITIONED: readonly string[] = ["audit_event"];

export interface AuditTables {
  /** Written once, never changed: the application's database role may insert and select. */
  audit_event: {
    id: string;
    at: Date;
    /** The organisation whose stream it is in; PLATFORM_STREAM for the platform's own. */
    stream_id: string;
    kind: string;
    result: AuditResult;
    reason: string | null;
    actor_kind: string;
    actor_id: string | null;
    actor_name: string;
    actor_organisation_id: string | null;
    session_id: string | null;
    address: string | null;
    trace_id: string | null;
    object_id: string | null;
    terminal_id: string | null;
    patient_id: string | null;
    order_id: string | null;
    /** JSON with sorted names. */
    fields: string;
    /** HMAC-SM3 over the canonical form: who lacks the key cannot add an event. */
    tag: Uint8Array;
  };
}
