import type { Kysely, Transaction } from "kysely";
import { businessDay } from "../../platform/clock.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import type { Account, Movement } from "./posting.ts";
import { insertPostings, selectPostings } from "./store.ts";
import type { LedgerTables } from "./tables.ts";

/** When, and the tags that show a posting changed later. */
export interface Posted {
  readonly now: Date;
  readonly tags: RowTags;
}

/** Posts what one leg moved, in the transaction that commits that it moved. */
export async function postMovement(
  tx: Transaction<LedgerTables>,
  movement: Movement,
  { now, tags }: Posted,
): Promise<void> {
  const known = await selectPostings(tx, movement);
  const rows = movement.postings.filter((posting) => posting.amount > 0n)
    .map((posting, index) => ({
      ...rowBase(movement, now),
      n: known.length + index,
      leg: movement.leg,
      cause: "moved" as const,
      debit: posting.debit,
      credit: posting.credit,
      amount_fen: posting.amount,
    }));
  await insertPostings(tx, tags, rows);
}

/** Posts the reverse of all that a leg moved; nothing when it never moved anything. */
export async function reverseMovement(
  tx: Transaction<LedgerTables>,
  movement: Omit<Movement, "postings">,
  { now, tags }: Posted,
): Promise<void> {
  const known = await selectPostings(tx, movement);
  const ofLeg = known.filter((row) => row.leg === movement.leg);
  if (ofLeg.some((row) => row.cause === "moved_back")) return;
  const rows = ofLeg.map((row, index) => ({
    ...rowBase(movement, now),
    n: known.length + index,
    leg: movement.leg,
    cause: "moved_back" as const,
    debit: row.credit,
    credit: row.debit,
    amount_fen: row.amount_fen,
  }));
  await insertPostings(tx, tags, rows);
}

/** Debits less credits of one account over one order's postings. */
export async function orderBalance(
  deps: { readonly db: Kysely<LedgerTables> },
  order: { orderId: string; orderAt: Date },
  account: Account,
): Promise<bigint> {
  const rows = await selectPostings(deps.db, order);
  return rows.reduce((sum, row) => {
    if (row.debit === account) return sum + row.amount_fen;
    return row.credit === account ? sum - row.amount_fen : sum;
  }, 0n);
}

function rowBase(movement: Omit<Movement, "postings">, now: Date) {
  return {
    order_id: movement.orderId,
    at: movement.orderAt,
    institution_id: movement.institutionId,
    business_day: businessDay(now),
    posted_at: now,
  };
}
