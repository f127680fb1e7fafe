import type { Split } from "./leg.ts";
import { type Leg, type LegKind, newLeg, newSaga, type Saga } from "./saga.ts";

/** What a refund takes back, in fen. */
export interface Returned {
  /** Of HIS's posting: what it gives back at first, also when part of it is then posted anew. */
  readonly total: bigint;
  /** What insurance settled for it; null for an order it had no part in. */
  readonly insurance: Split | null;
  /** Cost of the lines that are kept and settled anew; null when there are none. */
  readonly keptTotal: bigint | null;
  /** Cash that may go back at most. */
  readonly cash: bigint;
}

/** The legs that there is something to do for. */
export function newRefundSaga({ total, insurance, keptTotal, cash }: Returned): Saga {
  const legs: Omit<Leg, "n">[] = [ready("fulfilment_return", { amount: total, split: null })];
  if (insurance) legs.push(ready("insurance_return", { amount: null, split: insurance }));
  if (keptTotal !== null) {
    legs.push(newLeg(0, "insurance"), { ...newLeg(0, "fulfilment"), amount: keptTotal });
  }
  if (cash > 0n) legs.push(ready("cash_return", { amount: cash, split: null }));
  return { ...newSaga([]), legs: legs.map((leg, n) => ({ ...leg, n })) };
}

function ready(kind: LegKind, quoted: Pick<Leg, "amount" | "split">): Omit<Leg, "n"> {
  return { ...newLeg(0, kind), ...quoted, state: "ready" };
}
