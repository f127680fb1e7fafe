import type { AuditResult } from "./event.ts";

export const AUDIT_PARTITIONED: readonly string[] = [
  "audit_event",
  "audit_link",
  "audit_checkpoint",
];

/** The application's database role inserts and selects, nothing else. */
export const AUDIT_WRITTEN_ONCE: readonly string[] = [
  ...AUDIT_PARTITIONED,
  "audit_countersignature",
  "audit_archive",
  "audit_break",
];

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
  /** Written once; in the order of `at`, `stream_id`, `n` as they were linked. */
  audit_link: {
    /** One instant a batch, later in each, over all streams. */
    at: Date;
    stream_id: string;
    /** From 1 without a gap in each stream. */
    n: bigint;
    event_id: string;
    event_at: Date;
    /** Whether the event's tag fitted when it was linked. */
    genuine: boolean;
    digest: Uint8Array;
  };
  /** The last link of each stream. */
  audit_head: {
    stream_id: string;
    at: Date;
    n: bigint;
    digest: Uint8Array;
    tag: Uint8Array;
  };
  audit_checkpoint: {
    at: Date;
    number: bigint;
    /** What is signed. */
    body: string;
    /** SM3 of the body. */
    digest: Uint8Array;
    /** SM2, r‖s. */
    signature: Uint8Array;
  };
  /** Where the chain went on behind a fault; `body` is signed. */
  audit_break: {
    number: bigint;
    at: Date;
    body: string;
    signature: Uint8Array;
  };
  audit_countersignature: {
    checkpoint_number: bigint;
    /** SM3 of the other organisation's public key, hex. */
    fingerprint: string;
    party: string;
    signature: Uint8Array;
    recorded_at: Date;
  };
  /** One row: how far the chain is. */
  audit_chain_state: {
    id: number;
    /** Of the last batch or checkpoint. */
    at: Date;
    links: bigint;
    checkpoint_number: bigint;
    checkpoint_digest: Uint8Array;
    checkpoint_at: Date | null;
    checkpoint_links: bigint;
    scanned_to: Date;
    swept_at: Date;
    tag: Uint8Array;
  };
  /** Months whose links, events and checkpoints lie in a signed file. */
  audit_archive: {
    /** 2026-11, UTC, of the links. */
    month: string;
    body: string;
    signature: Uint8Array;
    events: bigint;
    file_digest: Uint8Array;
    archived_at: Date;
    keep_until: Date;
  };
  audit_deletion: {
    id: string;
    month: string;
    state: DeletionState;
    reason: string;
    requested_by: string;
    requested_at: Date;
    confirmed_by: string | null;
    confirmed_at: Date | null;
    done_at: Date | null;
    tag: Uint8Array;
  };
}

export type DeletionState = "requested" | "confirmed" | "withdrawn" | "done";
