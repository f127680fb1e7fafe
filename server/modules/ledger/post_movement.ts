import type { Kysely, Transaction } from "kysely";
import type { RowTags } from "../../platform/row_tags.ts";
import { postingDay } from "./business_day.ts";
import { type Account, coveredBy, heldBy, type Line, type Movement } from "./posting.ts";
import {
  deleteHold,
  insertHold,
  insertPostings,
  selectOpenBook,
  selectPostings,
  updateHold,
} from "./store.ts";
import type { LedgerTables } from "./tables.ts";

type Row = LedgerTables["ledger_posting"];

/** When, and the tags that show a posting changed later. */
export interface Posted {
  readonly now: Date;
  readonly tags: RowTags;
}

/**
 * Posts what one leg moved, in the transaction that commits that it moved; the caller holds the
 * order's row lock.
 */
export async function postMovement(
  tx: Transaction<LedgerTables>,
  movement: Movement,
  posted: Posted,
): Promise<void> {
  const { known, closedDay } = await selectOpenBook(tx, movement);
  const lines = movement.postings.filter((posting) => posting.amount > 0n)
    .map(({ debit, credit, amount }) => ({ debit, credit, amount_fen: amount }));
  const isAgain = known.some(({ leg, cause }) => leg === movement.leg && cause === "corrected");
  const cause = isAgain ? "moved_again" : "moved";
  await write(tx, { movement, known, closedDay, lines, cause }, posted);
}

/** Posts the reverse of all that a leg moved; nothing when it never moved anything. Once a cause. */
export async function reverseMovement(
  tx: Transaction<LedgerTables>,
  { cause, ...movement }: Omit<Movement, "postings"> & {
    /** It moved back, or two persons say that it never moved. */
    readonly cause: "moved_back" | "corrected";
  },
  posted: Posted,
): Promise<void> {
  const { known, closedDay } = await selectOpenBook(tx, movement);
  const ofLeg = known.filter((row) => row.leg === movement.leg);
  if (ofLeg.some((row) => row.cause === cause)) return;
  const lines = ofLeg.map(({ debit, credit, amount_fen }) => ({
    debit: credit,
    credit: debit,
    amount_fen,
  }));
  await write(tx, { movement, known, closedDay, lines, cause }, posted);
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

interface Writing {
  readonly movement: Omit<Movement, "postings">;
  readonly known: readonly Row[];
  readonly closedDay: string | null;
  readonly lines: readonly Line[];
  readonly cause: Row["cause"];
}

async function write(
  tx: Transaction<LedgerTables>,
  { movement, known, closedDay, lines, cause }: Writing,
  { now, tags }: Posted,
): Promise<void> {
  const before = heldBy(known);
  const covered = coveredBy(before, lines);
  if (covered.length === 0) return;
  const rows = covered.map((line, index) => ({
    order_id: movement.orderId,
    at: movement.orderAt,
    n: known.length + index,
    institution_id: movement.institutionId,
    leg: movement.leg,
    cause,
    ...line,
    business_day: postingDay(now, closedDay),
    posted_at: now,
  }));
  await insertPostings(tx, tags, rows);
  const after = before + heldBy(covered);
  await keepHold(tx, { movement, isFirst: known.length === 0, before, after, now });
}

/** Follows from the postings each time, so that one that was off is right again. */
async function keepHold(
  tx: Transaction<LedgerTables>,
  { movement, isFirst, before, after, now }: {
    readonly movement: Omit<Movement, "postings">;
    readonly isFirst: boolean;
    readonly before: bigint;
    readonly after: bigint;
    readonly now: Date;
  },
): Promise<void> {
  if (after === before) return;
  if (after === 0n) return await deleteHold(tx, movement.orderId);
  const hold = {
    order_id: movement.orderId,
    at: movement.orderAt,
    institution_id: movement.institutionId,
    held_fen: after,
    since: now,
  };
  if (isFirst) return await insertHold(tx, hold);
  const { since: _, ...same } = hold;
  const isKept = await updateHold(tx, before === 0n ? hold : same);
  if (!isKept) await insertHold(tx, hold);
}
