import type { Generated } from "kysely";
import type { TaggedTable } from "../../platform/tagged_table.ts";
import type { NoticeVerdict } from "./receive_notify.ts";
import type { Channel, TenderMode } from "./channel.ts";
import type { RefundState, TradeState } from "./trade.ts";

export interface PaymentTables {
  payment_trade: {
    id: string;
    /** The time inside the id, in all three tables. */
    at: Date;
    order_id: string;
    institution_id: string;
    channel: Channel;
    mode: TenderMode;
    merchant: string;
    terminal_number: string;
    amount_fen: bigint;
    state: TradeState;
    code_text: string | null;
    expires_at: Date | null;
    wallet: string | null;
    channel_reference: string | null;
    paid_fen: bigint | null;
    paid_at: Date | null;
    refunded_fen: Generated<bigint>;
    fail_code: string | null;
    fail_text: string | null;
    changed_at: Date;
    /** Null on rows of before there were tags, here and below. */
    tag: Uint8Array | null;
  };
  payment_refund: {
    id: string;
    at: Date;
    trade_id: string;
    trade_at: Date;
    order_id: string;
    institution_id: string;
    amount_fen: bigint;
    state: RefundState;
    channel_reference: string | null;
    fail_code: string | null;
    fail_text: string | null;
    changed_at: Date;
    /** Null on rows of before there were tags, here and below. */
    tag: Uint8Array | null;
  };
  payment_evidence: {
    id: string;
    at: Date;
    institution_id: string | null;
    trade_id: string | null;
    source: "aggregate_pay_notice" | "medical_notice";
    body_digest: Uint8Array;
    body_sealed: Uint8Array;
    headers: string;
    verdict: NoticeVerdict | null;
  };
}

export const PAYMENT_PARTITIONED = [
  "payment_trade",
  "payment_refund",
  "payment_evidence",
] as const;

export const TRADE_TAGGED = {
  table: "payment_trade",
  key: ["id", "at"],
  columns: [
    "id",
    "at",
    "order_id",
    "institution_id",
    "channel",
    "mode",
    "merchant",
    "terminal_number",
    "amount_fen",
    "state",
    "channel_reference",
    "paid_fen",
    "paid_at",
    "refunded_fen",
  ],
  madeAt: "at",
} as const satisfies TaggedTable<keyof PaymentTables["payment_trade"]>;

export const REFUND_TAGGED = {
  table: "payment_refund",
  key: ["id", "at"],
  columns: [
    "id",
    "at",
    "trade_id",
    "order_id",
    "institution_id",
    "amount_fen",
    "state",
    "channel_reference",
  ],
  madeAt: "at",
} as const satisfies TaggedTable<keyof PaymentTables["payment_refund"]>;
