import type { AuditTables } from "../audit/tables.ts";
import type { ReleaseOutcome } from "./releases/release_outcome.ts";
import type { TerminalState } from "./terminal.ts";
import type { PadKeyTables } from "./pad_keys/tables.ts";

/** What a transaction of this module writes: its own rows and what is to be proved of them. */
export type FleetDb = FleetTables & PadKeyTables & AuditTables;

export interface FleetTables {
  terminal: { id: string; number: string; institution_id: string; state: TerminalState };
  staff_call: {
    id: string;
    at: Date;
    institution_id: string;
    terminal_id: string;
    reason: string;
    order_id: string | null;
  };
  terminal_enrolment: {
    id: string;
    terminal_number: string;
    sign_key: Uint8Array;
    agree_key: Uint8Array;
    commitment: Uint8Array;
    platform_sign_version: number;
    platform_agree_version: number;
    platform_nonce: Uint8Array;
    code: string | null;
    requested_at: Date;
    expires_at: Date;
    approved_at: Date | null;
    terminal_id: string | null;
  };
  terminal_key: {
    id: string;
    terminal_id: string;
    sign_key: Uint8Array;
    agree_key: Uint8Array;
    platform_sign_version: number;
    platform_agree_version: number;
    enrolled_at: Date;
    approved_by: string;
    ended_at: Date | null;
    ended_why: KeyEnd | null;
    generation: bigint;
    opened_time: Date | null;
  };
  line_session: {
    id: string;
    terminal_id: string;
    terminal_key_id: string;
    generation: bigint;
    wrap_version: number;
    mac_key: Uint8Array;
    data_key: Uint8Array;
    opened_at: Date;
    expires_at: Date;
    used_at: Date | null;
    superseded_at: Date | null;
    superseded_time: Date | null;
    highest: bigint;
    seen: bigint;
    writes: bigint;
    reads: bigint;
  };
  terminal_status: {
    terminal_id: string;
    at: Date;
    received_at: Date;
    started_at: Date;
    version: string;
    unsent_entries: bigint;
    open_orders: bigint;
    disk_free_bytes: bigint;
  };
  device_status: {
    terminal_id: string;
    device: string;
    state: string;
    detail: string;
    changed_at: Date;
  };
  terminal_journal: {
    terminal_id: string;
    journal_id: string;
    kept_up_to: bigint;
    missing: bigint;
  };
  terminal_event: {
    terminal_id: string;
    id: string;
    at: Date;
    source: "terminal" | "platform";
    number: bigint | null;
    kind: string;
    severity: "info" | "warning" | "error";
    fields: string;
    actor: string | null;
    happened_at: Date;
    received_at: Date;
  };
  /** Written once, when the terminal is retired. */
  terminal_erasure: {
    terminal_id: string;
    id: string;
    record: string;
    countersignature: Uint8Array;
    platform_key: string;
    recorded_at: Date;
    recorded_by: string;
  };
  terminal_release_event: {
    terminal_id: string;
    id: string;
    outcome: ReleaseOutcome;
    version: string;
    now: string | null;
    reason: string;
    happened_at: Date;
    received_at: Date;
  };
  terminal_release: { terminal_id: string; event_id: string };
}

/** Why a terminal's key does not let it in any more. */
export type KeyEnd = "replaced" | "revoked" | "cloned";

export const FLEET_PARTITIONED = ["staff_call", "terminal_event"] as const;
