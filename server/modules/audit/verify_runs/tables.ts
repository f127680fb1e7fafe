import type { VerifyRunState } from "./contract.ts";

export interface VerifyRunTables {
  audit_verify_run: {
    id: string;
    /** 1 while it waits or runs, of one row at most. */
    live: number | null;
    state: VerifyRunState;
    from_at: Date | null;
    to_at: Date | null;
    /** JSON of the Actor who asked for it. */
    requested_by: string;
    requested_at: Date;
    /** Of the worker that does it: told again and again while it lives. */
    changed_at: Date;
    ended_at: Date | null;
    links: bigint;
    links_expected: bigint;
    checkpoints: number;
    verdict: "intact" | "broken" | null;
    /** JSON: a list of Chinese texts. */
    faults: string;
  };
}
