import type { TaggedTable } from "../../platform/tagged_table.ts";
import type { PostingCause } from "./posting.ts";

export interface LedgerTables {
  ledger_posting: {
    order_id: string;
    at: Date;
    n: number;
    institution_id: string;
    leg: number;
    cause: PostingCause;
    debit: string;
    credit: string;
    amount_fen: bigint;
    business_day: string;
    posted_at: Date;
    /** Null on rows of before there were tags. */
    tag: Uint8Array | null;
  };
  /** Only open ones; follows from the postings, which `yikatong ledger check` holds it against. */
  ledger_hold: {
    order_id: string;
    at: Date;
    institution_id: string;
    held_fen: bigint;
    since: Date;
  };
  /** One row, made by the migration. */
  ledger_closing: {
    name: "books";
    business_day: string | null;
    closed_at: Date | null;
  };
  ledger_day_balance: {
    business_day: string;
    institution_id: string;
    account: string;
    opening_fen: bigint;
    debit_fen: bigint;
    credit_fen: bigint;
    /** Debits less credits. */
    balance_fen: bigint;
    closed_at: Date;
    tag: Uint8Array;
  };
}

export const LEDGER_PARTITIONED = ["ledger_posting"] as const;

export const POSTING_TAGGED = {
  table: "ledger_posting",
  key: ["order_id", "at", "n"],
  columns: [
    "order_id",
    "at",
    "n",
    "institution_id",
    "leg",
    "cause",
    "debit",
    "credit",
    "amount_fen",
    "business_day",
    "posted_at",
  ],
  madeAt: "posted_at",
} as const satisfies TaggedTable<keyof LedgerTables["ledger_posting"]>;

export const DAY_BALANCE_TAGGED = {
  table: "ledger_day_balance",
  key: ["business_day", "institution_id", "account"],
  columns: [
    "business_day",
    "institution_id",
    "account",
    "opening_fen",
    "debit_fen",
    "credit_fen",
    "balance_fen",
    "closed_at",
  ],
} as const satisfies TaggedTable<keyof LedgerTables["ledger_day_balance"]>;
