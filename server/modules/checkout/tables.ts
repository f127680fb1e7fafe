import type { TaggedTable } from "../../platform/tagged_table.ts";
import type { TenderMode } from "../payment/channel.ts";
import type { OrderState } from "./contract.ts";
import type { Ask, LegAnswer } from "./leg.ts";
import type { OrderPayable } from "./order_payable.ts";
import type { StatedAnswer, StatedReturn } from "./return_stated.ts";
import type { LegKind, LegState, Stop } from "./saga.ts";

export interface CheckoutTables {
  checkout_order: {
    id: string;
    at: Date;
    institution_id: string;
    terminal_id: string;
    identification_id: string;
    request_digest: Uint8Array;
    payable: string;
    kind: OrderPayable["kind"];
    settlement: "insurance" | "self_pay";
    number: string;
    state: OrderState;
    stop: Stop | null;
    stop_code: string | null;
    priced_sealed: Uint8Array | null;
    fulfilled_sealed: Uint8Array | null;
    total_fen: bigint | null;
    fund_fen: bigint | null;
    account_fen: bigint | null;
    other_fen: bigint | null;
    cash_fen: bigint | null;
    quote_version: number;
    agreed_version: number | null;
    deadline_at: Date | null;
    attempts: number;
    next_attempt_at: Date | null;
    claimed_by: string | null;
    claimed_until: Date | null;
    changed_at: Date;
    completed_at: Date | null;
    /** Null on rows of before there were tags, here and below. */
    tag: Uint8Array | null;
  };
  checkout_leg: {
    order_id: string;
    at: Date;
    n: number;
    institution_id: string;
    place: number;
    kind: LegKind;
    state: LegState;
    held: boolean;
    amount_fen: bigint | null;
    total_fen: bigint | null;
    fund_fen: bigint | null;
    account_fen: bigint | null;
    other_fen: bigint | null;
    cash_fen: bigint | null;
    tries: number;
    last_ask_at: Date | null;
    dropped: boolean;
    late: boolean;
    reference: string | null;
    trade_id: string | null;
    mode: TenderMode | null;
    refund_id: string | null;
    tag: Uint8Array | null;
  };
  checkout_attempt: {
    order_id: string;
    at: Date;
    n: number;
    institution_id: string;
    leg: number;
    ask: Ask;
    asked_at: Date;
    answered_at: Date | null;
    answer: LegAnswer["kind"] | null;
    answer_note: string | null;
    /** Of the request that asked; null where the platform asked by itself. */
    trace_id: string | null;
  };
  /** Addresses of pay pages; rows go when their time is over. */
  checkout_pay_link: {
    token_digest: Uint8Array;
    order_id: string;
    order_at: Date;
    institution_id: string;
    made_at: Date;
    expires_at: Date;
  };
  checkout_act: {
    id: string;
    order_id: string;
    at: Date;
    institution_id: string;
    kind: "close" | "settle";
    leg: number | null;
    outcome: "done" | "not_done" | "undone" | null;
    /** Null once erased. */
    evidence_sealed: Uint8Array | null;
    evidence_index: Uint8Array;
    evidence_number: string | null;
    evidence_digest: string | null;
    asked_by: string;
    asked_by_name: string;
    asked_at: Date;
    state: "asked" | "done" | "rejected";
    decided_by: string | null;
    decided_by_name: string | null;
    decided_at: Date | null;
    tag: Uint8Array;
  };
  /** Of legs of refunds; those legs are marked `dropped`. */
  checkout_stated_return: {
    order_id: string;
    at: Date;
    n: number;
    institution_id: string;
    outcome: StatedReturn["outcome"];
    reference: string;
    answer: StatedAnswer;
    changed_at: Date;
    tag: Uint8Array;
  };
  /** Bills under payment, not partitioned: rows go when their order has ended. */
  checkout_bill: { institution_id: string; bill_id: string; order_id: string };
}

export const CHECKOUT_PARTITIONED = [
  "checkout_order",
  "checkout_leg",
  "checkout_attempt",
] as const;

export const ORDER_TAGGED = {
  table: "checkout_order",
  key: ["id", "at"],
  columns: [
    "id",
    "at",
    "institution_id",
    "terminal_id",
    "identification_id",
    "payable",
    "settlement",
    "number",
    "state",
    "stop",
    "total_fen",
    "fund_fen",
    "account_fen",
    "other_fen",
    "cash_fen",
    "quote_version",
    "agreed_version",
  ],
  madeAt: "at",
} as const satisfies TaggedTable<keyof CheckoutTables["checkout_order"]>;

export const LEG_TAGGED = {
  table: "checkout_leg",
  key: ["order_id", "at", "n"],
  columns: [
    "order_id",
    "at",
    "n",
    "institution_id",
    "place",
    "kind",
    "state",
    "held",
    "amount_fen",
    "total_fen",
    "fund_fen",
    "account_fen",
    "other_fen",
    "cash_fen",
    "dropped",
    "late",
    "reference",
    "trade_id",
    "mode",
    "refund_id",
  ],
  madeAt: "at",
} as const satisfies TaggedTable<keyof CheckoutTables["checkout_leg"]>;

export const ACT_TAGGED = {
  table: "checkout_act",
  key: ["id"],
  columns: [
    "id",
    "order_id",
    "at",
    "institution_id",
    "kind",
    "leg",
    "outcome",
    "evidence_index",
    "evidence_number",
    "evidence_digest",
    "asked_by",
    "asked_at",
    "state",
    "decided_by",
    "decided_at",
  ],
} as const satisfies TaggedTable<keyof CheckoutTables["checkout_act"]>;

export const STATED_RETURN_TAGGED = {
  table: "checkout_stated_return",
  key: ["order_id", "at", "n"],
  columns: ["order_id", "at", "n", "institution_id", "outcome", "reference", "answer"],
} as const satisfies TaggedTable<keyof CheckoutTables["checkout_stated_return"]>;
