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
  };
}

export const LEDGER_PARTITIONED = ["ledger_posting"] as const;
