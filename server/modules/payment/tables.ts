import type { Generated } from "kysely";
import type { NoticeVerdict } from "./receive_notify.ts";
import type { RefundState, TenderMode, TradeState } from "./trade.ts";

export interface PaymentTables {
  payment_trade: {
    id: string;
    /** The time inside the id, in all three tables. */
    at: Date;
    order_id: string;
    institution_id: string;
    channel: "aggregate_pay";
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
  };
  payment_evidence: {
    id: string;
    at: Date;
    institution_id: string | null;
    trade_id: string | null;
    source: "aggregate_pay_notice";
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
