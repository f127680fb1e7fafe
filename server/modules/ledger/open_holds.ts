import type { Kysely } from "kysely";
import { selectOpenHolds } from "./store.ts";
import type { LedgerTables } from "./tables.ts";

/** Money paid for and neither posted by HIS nor given back yet (rule 8). */
export interface OpenHold {
  readonly orderId: string;
  readonly orderAt: Date;
  readonly institutionId: string;
  readonly amountFen: bigint;
  /** Since the first of it moved. */
  readonly ageMs: number;
}

/** Orders older than this live in partitions that are closed; a hold there is a case for finance. */
export const HOLDS_LOOK_BACK_MS = 62 * 24 * 3_600_000;
export const OPEN_HOLDS_MAX = 200;

/** Oldest first. */
export async function listOpenHolds(
  deps: { readonly db: Kysely<LedgerTables> },
  now: Date,
): Promise<OpenHold[]> {
  const since = new Date(now.getTime() - HOLDS_LOOK_BACK_MS);
  const rows = await selectOpenHolds(deps.db, { since, limit: OPEN_HOLDS_MAX });
  return rows.map((row) => ({
    orderId: row.order_id,
    orderAt: row.at,
    institutionId: row.institution_id,
    amountFen: BigInt(row.held),
    ageMs: now.getTime() - row.since.getTime(),
  }));
}
