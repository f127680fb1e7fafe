import type { TaggedTable } from "../../../platform/tagged_table.ts";
import type { SsoProviderName, SsoReturn } from "./contract.ts";

export interface SsoTables {
  account_identity: {
    id: string;
    account_id: string;
    provider: SsoProviderName;
    issuer: string;
    subject_sealed: Uint8Array;
    subject_index: Uint8Array;
    linked_by: string;
    linked_at: Date;
    last_used_at: Date | null;
    removed_at: Date | null;
    removed_by: string | null;
    tag: Uint8Array;
  };
  sso_attempt: {
    id: string;
    provider: SsoProviderName;
    cookie_digest: Uint8Array;
    purpose: "sign_in" | "link";
    account_id: string | null;
    /** Of a link, in which it was asked for. */
    session_id: string | null;
    return_to: SsoReturn;
    created_at: Date;
    expires_at: Date;
    used_at: Date | null;
    tag: Uint8Array | null;
  };
}

/** Whose account a way to a provider links; used up it is by its row's change alone. */
export const SSO_ATTEMPT_TAGGED = {
  table: "sso_attempt",
  key: ["id"],
  columns: [
    "id",
    "provider",
    "cookie_digest",
    "purpose",
    "account_id",
    "session_id",
    "return_to",
    "created_at",
    "expires_at",
  ],
} as const satisfies TaggedTable<keyof SsoTables["sso_attempt"]>;
