import type { Transaction } from "kysely";
import type { TaggedTable } from "../../platform/tagged_table.ts";
import type { RefundDeed } from "../checkout/act_on_refund.ts";
import type { CheckoutDb } from "../checkout/legs.ts";
import type { RefundReason } from "./contract.ts";

export interface RefundTables {
  refund_request: {
    /** Also of the checkout order that gives it back. */
    id: string;
    at: Date;
    institution_id: string;
    order_id: string;
    request_digest: Uint8Array;
    lines: string | null;
    why: RefundReason;
    note_sealed: Uint8Array | null;
    asked_by: "patient" | "staff";
    terminal_id: string | null;
    account_id: string | null;
    value_fen: bigint;
    cash_fen: bigint;
    state: "asked" | "begun" | "rejected" | "withdrawn";
    decided_by: string | null;
    decided_at: Date | null;
    decision_note_sealed: Uint8Array | null;
    changed_at: Date;
    tag: Uint8Array | null;
  };
  refund_last: { order_id: string; refund_id: string };
  refund_act: {
    id: string;
    refund_id: string;
    institution_id: string;
    kind: RefundDeed | "pay_out";
    amount_fen: bigint | null;
    /** Null once erased. */
    evidence_sealed: Uint8Array | null;
    evidence_index: Uint8Array;
    asked_by: string;
    asked_at: Date;
    state: "asked" | "done" | "rejected";
    decided_by: string | null;
    decided_at: Date | null;
    tag: Uint8Array | null;
  };
}

export const REFUND_PARTITIONED = ["refund_request"] as const;

export const REFUND_REQUEST_TAGGED = {
  table: "refund_request",
  key: ["id", "at"],
  columns: [
    "id",
    "at",
    "institution_id",
    "order_id",
    "lines",
    "why",
    "asked_by",
    "terminal_id",
    "account_id",
    "value_fen",
    "cash_fen",
    "state",
    "decided_by",
    "decided_at",
  ],
} as const satisfies TaggedTable<keyof RefundTables["refund_request"]>;

export const REFUND_ACT_TAGGED = {
  table: "refund_act",
  key: ["id"],
  columns: [
    "id",
    "refund_id",
    "institution_id",
    "kind",
    "amount_fen",
    "evidence_index",
    "asked_by",
    "asked_at",
    "state",
    "decided_by",
    "decided_at",
  ],
} as const satisfies TaggedTable<keyof RefundTables["refund_act"]>;

/** A transaction of the platform, as far as this module and those below it write. */
export type Tx = Transaction<CheckoutDb & Pick<RefundTables, keyof RefundTables>>;
