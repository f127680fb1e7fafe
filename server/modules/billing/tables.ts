import type { TaggedTable } from "../../platform/tagged_table.ts";

export interface BillingTables {
  /** What a hospital's own system asks a patient to pay; rows go some weeks after their end. */
  billing_request: {
    id: string;
    institution_id: string;
    /** The hospital's own, once in an institution while the row is kept. */
    external_number: string;
    /** Of the program that asked. */
    account_id: string;
    content_index: Uint8Array;
    token_digest: Uint8Array;
    content_sealed: Uint8Array;
    made_at: Date;
    expires_at: Date;
    withdrawn_at: Date | null;
    /** The last order that was begun to pay it, and under which identification. */
    order_id: string | null;
    identification_id: string | null;
    tag: Uint8Array;
  };
}

export const BILLING_REQUEST_TAGGED = {
  table: "billing_request",
  key: ["id"],
  columns: [
    "id",
    "institution_id",
    "external_number",
    "account_id",
    "content_index",
    "token_digest",
    "made_at",
    "expires_at",
    "withdrawn_at",
    "order_id",
    "identification_id",
  ],
} as const satisfies TaggedTable<keyof BillingTables["billing_request"]>;
