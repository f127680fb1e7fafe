import type { TaggedTable } from "../../platform/tagged_table.ts";

export interface LedgerTables {
  ledger_posting: {
    order_id: string;
    at: Date;
    n: number;
    institution_id: string;
    leg: number;
    cause: "moved" | "moved_back";
    debit: string;
    credit: string;
    amount_fen: bigint;
    business_day: string;
    posted_at: Date;
    /** Null on rows of before there were tags. */
    tag: Uint8Array | null;
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
