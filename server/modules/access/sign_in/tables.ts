import type { AccessTables } from "../tables.ts";

export type SignInStep = "password_change" | "second_factor_enrolment" | "second_factor";

export interface SignInTables extends Pick<AccessTables, "account" | "organisation"> {
  account_password: {
    account_id: string;
    algorithm: "pbkdf2_hmac_sm3";
    iterations: number;
    salt: Uint8Array;
    hash: Uint8Array;
    /** Has to be changed before anything else. */
    is_one_time: boolean;
    set_at: Date;
    /** Of a one-time one; after it nobody signs in with it. */
    expires_at: Date | null;
    tag: Uint8Array;
  };
  former_password: {
    id: string;
    account_id: string;
    algorithm: "pbkdf2_hmac_sm3";
    iterations: number;
    salt: Uint8Array;
    hash: Uint8Array;
    replaced_at: Date;
  };
  totp_factor: {
    account_id: string;
    secret_sealed: Uint8Array;
    enrolled_at: Date;
    last_step: bigint;
    tag: Uint8Array | null;
  };
  recovery_code: {
    account_id: string;
    hash: Uint8Array;
    made_at: Date;
    used_at: Date | null;
    tag: Uint8Array | null;
  };
  sign_in_attempt: {
    id: string;
    ticket_hash: Uint8Array;
    account_id: string;
    step: SignInStep;
    /** JSON array of what was shown so far. */
    factors: string;
    why_change: "one_time" | "expired" | null;
    secret_sealed: Uint8Array | null;
    device_hash: Uint8Array;
    address: string | null;
    started_at: Date;
    expires_at: Date;
    tag: Uint8Array | null;
  };
  sign_in_failure: {
    kind: "account" | "address";
    /** Account id, or the address as `lockout.ts` names it. */
    name: string;
    failures: number;
    last_failed_at: Date;
    next_try_at: Date;
    locked_until: Date | null;
  };
  console_session: {
    id: string;
    account_id: string;
    token_hash: Uint8Array;
    device_hash: Uint8Array;
    agent: string | null;
    address: string | null;
    /** JSON array. */
    factors: string;
    signed_in_at: Date;
    confirmed_at: Date | null;
    last_used_at: Date;
    expires_at: Date;
    /** As it was when the session began. */
    rights_version: bigint;
    secret_sealed: Uint8Array | null;
    ended_at: Date | null;
    ended_why: SessionEnd | null;
    tag: Uint8Array | null;
  };
}

export type SessionEnd =
  | "signed_out"
  | "idle"
  | "expired"
  | "concurrent"
  | "administrator"
  | "account_changed"
  | "password_changed"
  | "misused"
  /** A certificate or a link to an identity of the account was taken away. */
  | "credential_removed"
  /** The same person goes on under a new token. */
  | "renewed";
