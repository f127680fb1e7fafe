import type { TaggedTable } from "../../platform/tagged_table.ts";
import type { InstitutionType, OrganisationKind } from "./organisation.ts";
import type { Duty } from "./permission.ts";

export interface AccessTables {
  organisation: {
    id: string;
    parent_id: string | null;
    kind: OrganisationKind;
    type: InstitutionType | null;
    code: string;
    name: string;
    staff_phone: string | null;
    path: string;
    /** Null on rows of before there were tags, until they are given one. */
    tag: Uint8Array | null;
  };
  account: {
    id: string;
    kind: "person" | "program";
    /** In small letters. */
    login: string;
    name_sealed: Uint8Array;
    organisation_id: string;
    duty: Duty;
    state: "disabled" | "enabled" | "closed";
    disabled_why: string | null;
    created_by: string | null;
    created_at: Date;
    changed_at: Date;
    expires_at: Date | null;
    last_used_at: Date | null;
    /** Grows with every change of what the account may do. */
    rights_version: bigint;
    tag: Uint8Array;
  };
  role: {
    id: string;
    name: string;
    duty: Duty;
    builtin: boolean;
    /** JSON array of permissions, sorted. */
    permissions: string;
    /** JSON array of CIDR ranges; null for everywhere. */
    addresses: string | null;
    changed_at: Date;
    tag: Uint8Array;
  };
  account_grant: {
    id: string;
    account_id: string;
    role_id: string;
    duty: Duty;
    organisation_id: string;
    granted_by: string | null;
    granted_at: Date;
    expires_at: Date | null;
    ended_at: Date | null;
    ended_by: string | null;
    tag: Uint8Array;
  };
  rights_request: {
    id: string;
    kind: "grant" | "end";
    account_id: string;
    role_id: string;
    organisation_id: string;
    /** The grant to end. */
    grant_id: string | null;
    grant_expires_at: Date | null;
    reason: string;
    requested_by: string;
    requested_at: Date;
    state: "waiting" | "approved" | "refused" | "withdrawn";
    decided_by: string | null;
    decided_at: Date | null;
    note: string | null;
    tag: Uint8Array | null;
  };
}

/** Where a node stands, which rights and settings go by, and whose money an institution takes. */
export const ORGANISATION_TAGGED = {
  table: "organisation",
  key: ["id"],
  columns: ["id", "parent_id", "kind", "code", "path"],
  madeAt: null,
} as const satisfies TaggedTable<keyof AccessTables["organisation"]>;

export const REQUEST_TAGGED = {
  table: "rights_request",
  key: ["id"],
  columns: [
    "id",
    "kind",
    "account_id",
    "role_id",
    "organisation_id",
    "grant_id",
    "grant_expires_at",
    "reason",
    "requested_by",
    "requested_at",
    "state",
    "decided_by",
    "decided_at",
  ],
} as const satisfies TaggedTable<keyof AccessTables["rights_request"]>;
