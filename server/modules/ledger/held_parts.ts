import type { QueryCreator } from "kysely";
import { timeOfId } from "../../platform/ids.ts";
import { selectHeldBy } from "./store.ts";
import type { LedgerTables } from "./tables.ts";

/** Whose money an order holds; of a refund both are what has left already, below zero. */
export interface HeldParts {
  /** Paid by the patient, by whatever channel. */
  readonly cashFen: bigint;
  /** Settled by insurance: its fund, the account, others. */
  readonly insuranceFen: bigint;
}

const NOTHING: HeldParts = { cashFen: 0n, insuranceFen: 0n };

/** By order; what came into its hold, less what went back to where it came from. */
export async function heldParts(
  db: QueryCreator<LedgerTables>,
  orderIds: readonly string[],
): Promise<(orderId: string) => HeldParts> {
  const sums = await selectHeldBy(db, orderIds.map((id) => ({ id, at: timeOfId(id) })));
  const parts = new Map<string, HeldParts>();
  for (const { orderId, account, fen } of sums) {
    const known = parts.get(orderId) ?? NOTHING;
    if (account.startsWith("channel:")) {
      parts.set(orderId, { ...known, cashFen: known.cashFen + fen });
    } else if (account.startsWith("insurance:")) {
      parts.set(orderId, { ...known, insuranceFen: known.insuranceFen + fen });
    }
  }
  return (orderId) => parts.get(orderId) ?? NOTHING;
}
