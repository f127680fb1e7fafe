import type { TaggedTable } from "../../../platform/tagged_table.ts";
import type { SignInTables } from "./tables.ts";

/**
 * What of the rows that let somebody in is tagged: all that says who, with which secret, how and
 * for how long. Left out is what is only shown.
 */

export const SESSION_TAGGED = {
  table: "console_session",
  key: ["id"],
  columns: [
    "id",
    "account_id",
    "token_hash",
    "device_hash",
    "factors",
    "signed_in_at",
    "confirmed_at",
    "last_used_at",
    "expires_at",
    "rights_version",
    "secret_sealed",
    "ended_at",
    "ended_why",
  ],
} as const satisfies TaggedTable<keyof SignInTables["console_session"]>;

export const ATTEMPT_TAGGED = {
  table: "sign_in_attempt",
  key: ["id"],
  columns: [
    "id",
    "ticket_hash",
    "account_id",
    "step",
    "factors",
    "why_change",
    "secret_sealed",
    "device_hash",
    "started_at",
    "expires_at",
  ],
} as const satisfies TaggedTable<keyof SignInTables["sign_in_attempt"]>;

export const TOTP_TAGGED = {
  table: "totp_factor",
  key: ["account_id"],
  columns: ["account_id", "secret_sealed", "enrolled_at", "last_step"],
} as const satisfies TaggedTable<keyof SignInTables["totp_factor"]>;

export const RECOVERY_CODE_TAGGED = {
  table: "recovery_code",
  key: ["account_id", "hash"],
  columns: ["account_id", "hash", "made_at", "used_at"],
} as const satisfies TaggedTable<keyof SignInTables["recovery_code"]>;
