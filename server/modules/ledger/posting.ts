/**
 * The accounts of one institution. A debit raises what is to come in (channels, insurance), a
 * credit raises what is owed; `patient:hold` is money paid for and not yet posted by HIS.
 */
export type Account =
  | "patient:hold"
  | "his:posted"
  | "insurance:fund"
  | "insurance:account"
  | "insurance:other"
  | `channel:${string}`;

export interface Posting {
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: bigint;
}

export interface Movement {
  readonly orderId: string;
  readonly orderAt: Date;
  readonly institutionId: string;
  readonly leg: number;
  readonly postings: readonly Posting[];
}
