import type { PackProfile, PackState } from "./contract.ts";

export interface ComplianceTables {
  compliance_pack: {
    id: string;
    profile: PackProfile;
    /** Beijing days, yyyy-MM-dd, both inside. */
    period_from: string;
    period_to: string;
    state: PackState;
    /** JSON of the Actor who asked for it. */
    requested_by: string;
    requested_at: Date;
    /** Of the worker that makes it: told again and again while it lives. */
    seen_at: Date | null;
    ended_at: Date | null;
    expires_at: Date | null;
    doing: string;
    done: number;
    total: number;
    events: bigint;
    file_bytes: bigint | null;
    file_digest: string | null;
    file_count: number | null;
    /** JSON: clauses by verdict. */
    verdicts: string | null;
    why: string | null;
  };
  /** What a made one says, kept when its file is gone. */
  compliance_pack_index: {
    pack_id: string;
    /** JSON: PackClause[]. */
    clauses: string;
  };
  /** A pack's file in pieces, where every process of the platform finds it. */
  compliance_pack_piece: {
    pack_id: string;
    number: number;
    bytes: Uint8Array;
  };
}
