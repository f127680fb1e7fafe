import type { Kysely } from "kysely";
import { selectHoldsOf, selectOpenHolds } from "./store.ts";
import type { LedgerTables } from "./tables.ts";

/** Money paid for and neither posted by HIS nor given back yet (rule 8). */
export interface OpenHold {
  readonly orderId: string;
  readonly orderAt: Date;
  readonly institutionId: string;
  readonly amountFen: bigint;
  /** Since it was last nothing. */
  readonly ageMs: number;
}

export const OPEN_HOLDS_MAX = 200;

/** Oldest first. */
export async function listOpenHolds(
  deps: { readonly db: Kysely<LedgerTables> },
  now: Date,
): Promise<OpenHold[]> {
  const rows = await selectOpenHolds(deps.db, OPEN_HOLDS_MAX);
  return rows.map((row) => ({
    orderId: row.order_id,
    orderAt: row.at,
    institutionId: row.institution_id,
    amountFen: row.held_fen,
    ageMs: now.getTime() - row.since.getTime(),
  }));
}

/** Of those of these orders that hold something: since when. */
export async function heldSince(
  { db }: { readonly db: Kysely<LedgerTables> },
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const rows = await selectHoldsOf(db, orderIds);
  return new Map(rows.map(({ order_id, since }) => [order_id, since]));
}
