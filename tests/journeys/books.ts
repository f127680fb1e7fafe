import { parseYuan } from "../../server/platform/money.ts";

/** What the parties' own books say, in fen. */
export interface Books {
  /** Captured less refunded by every way of paying. */
  readonly bank: bigint;
  /** Settled by fund, account and other, less what was voided. */
  readonly insurance: bigint;
  /** Posted and not cancelled at HIS. */
  readonly his: bigint;
}

interface BankOrder {
  readonly paidFen: string | null;
  readonly refundedFen: string;
}

interface CardEntry {
  readonly kind: string;
  readonly state: string;
  readonly amountFen: string;
  readonly returnedFen: string;
}

interface Posting {
  readonly state: string;
  readonly totalFen: string | null;
}

interface Settlement {
  readonly totalYuan: string | number;
  readonly cashYuan: string | number;
}

export async function readBooks(
  ask: <Reply>(path: string) => Promise<Reply>,
): Promise<Books> {
  const { orders } = await ask<{ orders: BankOrder[] }>("aggregate-pay/sandbox/orders");
  const { entries } = await ask<{ entries: CardEntry[] }>("card-host/sandbox/entries");
  const codes = await ask<{ orders: BankOrder[] }>("citizen-code/sandbox/orders");
  const { postings } = await ask<{ postings: Posting[] }>("his/sandbox/postings");
  const { settlements } = await ask<{ settlements: Settlement[] }>(
    "insurance/sandbox/settlements",
  );
  return {
    bank: sum([
      ...[...orders, ...codes.orders].map((order) =>
        BigInt(order.paidFen ?? 0) - BigInt(order.refundedFen)
      ),
      ...entries.filter(isTaken).map((entry) =>
        BigInt(entry.amountFen) - BigInt(entry.returnedFen)
      ),
    ]),
    // Voids are rows of their own with negative figures.
    insurance: sum(
      settlements.map((row) => parseYuan(String(row.totalYuan)) - parseYuan(String(row.cashYuan))),
    ),
    his: sum(
      postings.map((row) => row.state === "posted" ? BigInt(row.totalFen ?? 0) : 0n),
    ),
  };
}

function isTaken({ kind, state }: CardEntry): boolean {
  return kind === "sale" && state === "booked";
}

/** All that was paid was posted, and nothing else: no patient paid for nothing. */
export function agree(books: Books): boolean {
  return books.bank + books.insurance === books.his;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
