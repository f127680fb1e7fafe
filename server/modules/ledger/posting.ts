/**
 * The accounts of one institution. A debit raises what is to come in, a credit raises what is owed;
 * no posting takes more out of `patient:hold` than is in it.
 */
export type Account =
  /** Paid for, and neither posted by HIS nor given back. */
  | "patient:hold"
  | "his:posted"
  /** What HIS owes: it took money in, or gave it back, for us to settle. */
  | "his:receivable"
  | "insurance:fund"
  | "insurance:account"
  | "insurance:other"
  | `channel:${string}`
  /** To be given back, and not yet with the channel. */
  | "refund:payable"
  /** What a party moved and nothing held covers: a person finds out where it belongs. */
  | "suspense";

/**
 * Each once a leg and pair of accounts: it moved, by itself moved back, or was taken out of the books
 * by two persons, after which it may move once more.
 */
export const POSTING_CAUSES = ["moved", "moved_back", "corrected", "moved_again"] as const;

export type PostingCause = (typeof POSTING_CAUSES)[number];

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

/** One posting as it is stored. */
export interface Line {
  readonly debit: string;
  readonly credit: string;
  readonly amount_fen: bigint;
}

export const HOLD = "patient:hold";
const SUSPENSE = "suspense";

/** Credits less debits of the hold. */
export function heldBy(lines: readonly Line[]): bigint {
  return lines.reduce((sum, { debit, credit, amount_fen }) => {
    if (credit === HOLD) return sum + amount_fen;
    return debit === HOLD ? sum - amount_fen : sum;
  }, 0n);
}

/** What takes more out of the hold than is in it is booked on suspense for the rest. */
export function coveredBy(held: bigint, lines: readonly Line[]): Line[] {
  let left = held;
  return lines.flatMap((line) => {
    if (line.debit !== HOLD) {
      left += heldBy([line]);
      return [line];
    }
    const covered = line.amount_fen < left ? line.amount_fen : left;
    left -= covered;
    return [
      { ...line, amount_fen: covered },
      { ...line, debit: SUSPENSE, amount_fen: line.amount_fen - covered },
    ].filter(({ amount_fen }) => amount_fen > 0n);
  });
}
