import type { Kysely } from "kysely";
import { newId } from "../../../platform/ids.ts";
import { type BookDifference, differenceOf } from "../../ledger/check/check_books.ts";
import { selectPostingsOf } from "../../ledger/check/store.ts";
import type { PostingCause } from "../../ledger/posting.ts";
import type { LedgerTables } from "../../ledger/tables.ts";
import { selectRefunds, selectTrades } from "../../payment/console/store.ts";
import type { PaymentTables } from "../../payment/tables.ts";
import { orderOf } from "../order_row.ts";
import { postingsOf } from "../postings.ts";
import type { Leg } from "../saga.ts";
import type { Order } from "../order.ts";
import type { CheckoutTables } from "../tables.ts";
import { checkPayments, type Payments } from "./check_payments.ts";
import { selectLegsOf, selectOrdersFrom } from "./store.ts";

export interface CheckLegsDeps {
  readonly db: Kysely<CheckoutTables & LedgerTables & PaymentTables>;
}

const MOVED: ReadonlySet<PostingCause> = new Set(["moved", "moved_again"]);
const ORDERS_AT_ONCE = 500;

/**
 * What every leg of every order since then moved, and what the channels' trades and refunds of it
 * say, against its postings.
 */
export async function checkLegs({ db }: CheckLegsDeps, since: Date): Promise<BookDifference[]> {
  const differences: BookDifference[] = [];
  // Smaller than any id of that time.
  let after = { id: `${newId(since).slice(0, 13)}-7000-8000-000000000000`, at: since };
  for (;;) {
    const rows = await selectOrdersFrom(db, { after, limit: ORDERS_AT_ONCE });
    const last = rows.at(-1);
    if (!last) return differences;
    // In one snapshot: between two an answer would look like a difference.
    differences.push(
      ...await db.transaction().setIsolationLevel("repeatable read").execute((tx) =>
        checkSome(tx, { after, limit: rows.length })
      ),
    );
    after = { id: last.id, at: since };
  }
}

async function checkSome(
  db: CheckLegsDeps["db"],
  page: Parameters<typeof selectOrdersFrom>[1],
): Promise<BookDifference[]> {
  const rows = await selectOrdersFrom(db, page);
  const legs = Map.groupBy(await selectLegsOf(db, rows), ({ order_id }) => order_id);
  const postings = Map.groupBy(await selectPostingsOf(db, rows), ({ order_id }) => order_id);
  const payments = await paymentsOf(db, [...legs.values()].flat());
  return rows.flatMap((row) => {
    const order = orderOf(row, legs.get(row.id) ?? []);
    const posted = postings.get(row.id) ?? [];
    return [...checkOrder(order, posted), ...checkPayments(order, posted, payments)];
  });
}

async function paymentsOf(
  db: CheckLegsDeps["db"],
  legs: readonly CheckoutTables["checkout_leg"][],
): Promise<Payments> {
  const refunds = await selectRefunds(db, idsOf(legs.map(({ refund_id }) => refund_id)));
  const tradeIds = [...legs, ...refunds].map(({ trade_id }) => trade_id);
  const trades = await selectTrades(db, idsOf(tradeIds));
  return {
    trades: new Map(trades.map((row) => [row.id, row])),
    refunds: new Map(refunds.map((row) => [row.id, row])),
  };
}

function idsOf(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}

type PostingRow = LedgerTables["ledger_posting"];

function checkOrder(order: Order, postings: readonly PostingRow[]): BookDifference[] {
  return order.saga.legs.flatMap((leg) => {
    const moved = movedBy(order, leg);
    if (moved === "either") return [];
    const expected = moved === "all" ? sumOf(order, leg) : 0n;
    // What was set aside is paid out by a posting of its own, from suspense.
    const isPaidOut = ({ debit }: PostingRow) => leg.state === "suspended" && debit === "suspense";
    const found = postings.filter((row) => row.leg === leg.n && !isPaidOut(row)).reduce(
      (sum, { cause, amount_fen }) => MOVED.has(cause) ? sum + amount_fen : sum - amount_fen,
      0n,
    );
    return differenceOf("leg", `${order.id} ${leg.n} ${leg.kind}`, [expected, found]);
  });
}

function sumOf(order: Order, leg: Leg): bigint {
  if (leg.state === "suspended") return leg.amount ?? 0n;
  return postingsOf(order, leg).reduce((sum, { amount }) => sum + amount, 0n);
}

/** On its way back, a leg may never have moved at all: what was absent is undone all the same. */
function movedBy({ saga }: Order, { state, kind }: Leg): "all" | "nothing" | "either" {
  switch (state) {
    case "done":
      return saga.stop === null ? "all" : "either";
    case "suspended":
      return "all";
    case "undoing":
    case "undo_unknown":
      return "either";
    case "stuck":
      return kind === "surplus" ? "nothing" : "either";
    default:
      return "nothing";
  }
}
