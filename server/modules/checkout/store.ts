import type { QueryCreator, QueryExecutorProvider, Transaction } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import { hurry, readAhead } from "../../platform/hurried_query.ts";
import type { RowKey } from "../../platform/personal_data.ts";
import { byKeys } from "../../platform/row_keys.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import { isUnchanged, tagOf } from "../../platform/tagged_table.ts";
import { insertIfAbsent } from "../../platform/upsert.ts";
import type { OrderState } from "./contract.ts";
import { type Order, ORDER_CHANGED, type OrderKey } from "./order.ts";
import { legRow, orderOf, sameLegRow, splitColumns } from "./order_row.ts";
import { findStated, saveStated } from "./stated/store.ts";
import { type CheckoutTables, LEG_TAGGED, ORDER_TAGGED } from "./tables.ts";

type AttemptRow = CheckoutTables["checkout_attempt"];

export async function insertOrder(
  tx: Transaction<CheckoutTables>,
  order: Order,
  row: {
    digest: Uint8Array;
    state: OrderState;
    nextAttemptAt: Date;
    changedAt: Date;
    tags: RowTags;
  },
): Promise<boolean> {
  const decides = { ...lastingColumns(order), ...stateColumns(order, row) };
  const isNew = await insertIfAbsent(tx, "checkout_order", {
    ...decides,
    tag: await tagOf(row.tags, ORDER_TAGGED, decides),
    request_digest: row.digest,
    kind: order.payable.kind,
    attempts: 0,
    priced_sealed: order.pricedSealed,
    fulfilled_sealed: order.fulfilledSealed,
    claimed_by: null,
    claimed_until: null,
  }, ["id", "at"]);
  if (!isNew) return false;
  const legs = await Promise.all(
    order.saga.legs.map((leg, place) => taggedLeg(row.tags, legRow(order, leg, place))),
  );
  await hurry(tx, tx.insertInto("checkout_leg").values(legs));
  return true;
}

async function taggedLeg(tags: RowTags, row: ReturnType<typeof legRow>) {
  return { ...row, tag: await tagOf(tags, LEG_TAGGED, row) };
}

/** What an order keeps from its beginning. */
function lastingColumns(order: Order) {
  return {
    id: order.id,
    at: order.at,
    institution_id: order.institutionId,
    terminal_id: order.terminalId,
    identification_id: order.identificationId,
    payable: order.payableText,
    settlement: order.settlement,
    number: order.number,
  };
}

function stateColumns(
  order: Order,
  row: { state: OrderState; nextAttemptAt: Date | null; changedAt: Date },
) {
  return {
    state: row.state,
    stop: order.saga.stop,
    stop_code: order.saga.stopCode,
    ...splitColumns(order.saga.quote),
    quote_version: order.saga.quoteVersion,
    agreed_version: order.saga.agreedVersion,
    deadline_at: order.saga.deadline === null ? null : new Date(order.saga.deadline),
    next_attempt_at: row.nextAttemptAt,
    changed_at: row.changedAt,
    completed_at: order.completedAt,
  };
}

/** As its rows were when read; throws as `lockOrder` does. */
export async function findOrder(
  db: QueryCreator<CheckoutTables> & QueryExecutorProvider,
  tags: RowTags,
  key: OrderKey,
): Promise<Order | null> {
  const stored = await findStoredOrder(db, tags, key);
  return stored && requireAsWritten(stored);
}

export async function findDigest(
  db: QueryCreator<CheckoutTables>,
  key: OrderKey,
): Promise<{ digest: Uint8Array; terminalId: string } | null> {
  const row = await db.selectFrom("checkout_order").select(["request_digest", "terminal_id"])
    .where("id", "=", key.id).where("at", "=", key.at).executeTakeFirst();
  return row ? { digest: row.request_digest, terminalId: row.terminal_id } : null;
}

/** An order's rows; what those say that somebody wrote into past the platform is nobody's word. */
export type StoredOrder =
  | { readonly kind: "as_written"; readonly order: Order }
  | { readonly kind: "changed"; readonly row: CheckoutTables["checkout_order"] };

export async function findStoredOrder(
  db: QueryCreator<CheckoutTables> & QueryExecutorProvider,
  tags: RowTags,
  key: OrderKey,
): Promise<StoredOrder | null> {
  const row = await db.selectFrom("checkout_order").selectAll()
    .where("id", "=", key.id).where("at", "=", key.at).executeTakeFirst();
  return row ? await storedOrder(db, tags, { row, legs: await selectLegs(db, row) }) : null;
}

/**
 * The order under its row lock. Throws DomainError `checkout.order_changed` when
 * somebody wrote into its rows past the platform: no money moves by them.
 */
export async function lockOrder(
  tx: Transaction<CheckoutTables>,
  tags: RowTags,
  key: OrderKey,
): Promise<Order | null> {
  const locked = await readAhead(
    tx,
    tx.selectFrom("checkout_order").selectAll()
      .where("id", "=", key.id).where("at", "=", key.at).forUpdate(),
  );
  // As they are once the lock is ours: each statement sees what was committed before it began.
  const legs = await selectLegs(tx, key);
  const [row] = await locked.rows;
  return row ? requireAsWritten(await storedOrder(tx, tags, { row, legs })) : null;
}

function requireAsWritten(stored: StoredOrder): Order {
  if (stored.kind === "as_written") return stored.order;
  throw new DomainError(
    ORDER_CHANGED,
    `Cannot go on with order "${stored.row.id}": its rows are not as the platform wrote them`,
    { retry: "ask_operator" },
  );
}

async function storedOrder(
  db: QueryCreator<CheckoutTables> & QueryExecutorProvider,
  tags: RowTags,
  { row, legs }: {
    readonly row: CheckoutTables["checkout_order"];
    readonly legs: readonly CheckoutTables["checkout_leg"][];
  },
): Promise<StoredOrder> {
  const stated = await findStated(db, tags, legs);
  if (stated === null) return { kind: "changed", row };
  const found = await Promise.all([
    isUnchanged(db, tags, { tagged: ORDER_TAGGED, row }),
    ...legs.map((leg) => isUnchanged(db, tags, { tagged: LEG_TAGGED, row: leg })),
  ]);
  const isAsWritten = found.every((unchanged) => unchanged);
  if (!isAsWritten) return { kind: "changed", row };
  return { kind: "as_written", order: orderOf(row, legs, stated) };
}

async function selectLegs(
  db: QueryCreator<CheckoutTables>,
  key: OrderKey,
): Promise<CheckoutTables["checkout_leg"][]> {
  return await db.selectFrom("checkout_leg").selectAll()
    .where("order_id", "=", key.id).where("at", "=", key.at).execute();
}

/** Takes the order's bills for it alone; false when another order pays one of them. */
export async function takeBills(tx: Transaction<CheckoutTables>, order: Order): Promise<boolean> {
  for (const billId of billsOf(order)) {
    const isFree = await insertIfAbsent(tx, "checkout_bill", {
      institution_id: order.institutionId,
      bill_id: billId,
      order_id: order.id,
    }, ["institution_id", "bill_id"]);
    if (!isFree) return false;
  }
  return true;
}

async function letBillsGo(tx: Transaction<CheckoutTables>, order: Order): Promise<void> {
  const bills = billsOf(order);
  if (bills.length === 0) return;
  await hurry(
    tx,
    tx.deleteFrom("checkout_bill")
      .where("institution_id", "=", order.institutionId)
      .where("bill_id", "in", bills).where("order_id", "=", order.id),
  );
}

/** In one order for everybody, so that two orders never wait for each other. */
function billsOf({ payable }: Order): string[] {
  switch (payable.kind) {
    case "bills":
      return [...new Set(payable.billIds)].sort();
    case "refund":
      return [...new Set(payable.bills)].sort();
    case "registration":
    case "deposit":
      return [];
  }
}

/** Writes what changed between two readings of one order; the caller holds its row lock. */
export async function saveOrder(
  tx: Transaction<CheckoutTables>,
  { before, after, state, nextAttemptAt, changedAt, tags }: {
    before: Order;
    after: Order;
    state: OrderState;
    nextAttemptAt: Date | null;
    changedAt: Date;
    tags: RowTags;
  },
): Promise<void> {
  const states = stateColumns(after, { state, nextAttemptAt, changedAt });
  const update = tx.updateTable("checkout_order").set({
    ...states,
    tag: await tagOf(tags, ORDER_TAGGED, { ...lastingColumns(after), ...states }),
    // Kilobytes, set once: writing them again would store them anew at every step.
    ...(after.pricedSealed !== before.pricedSealed && { priced_sealed: after.pricedSealed }),
    ...(after.fulfilledSealed !== before.fulfilledSealed && {
      fulfilled_sealed: after.fulfilledSealed,
    }),
    attempts: after.attempts,
    claimed_by: after.claimedBy,
    claimed_until: after.claimedUntil,
  }).where("id", "=", after.id).where("at", "=", after.at);
  await hurry(tx, update);
  if (state === "completed" || state === "unwound") await letBillsGo(tx, after);
  await saveStated(tx, { before, after, changedAt, tags });
  const rowsBefore = new Map(
    before.saga.legs.map((leg, place) => [leg.n, legRow(before, leg, place)]),
  );
  for (const [place, leg] of after.saga.legs.entries()) {
    const row = legRow(after, leg, place);
    const rowBefore = rowsBefore.get(leg.n);
    if (sameLegRow(rowBefore, row)) continue;
    const tagged = await taggedLeg(tags, row);
    if (!rowBefore) await hurry(tx, tx.insertInto("checkout_leg").values(tagged));
    else {
      await hurry(
        tx,
        tx.updateTable("checkout_leg").set(tagged)
          .where("order_id", "=", after.id).where("at", "=", after.at).where("n", "=", leg.n),
      );
    }
  }
}

export async function insertAttempt(
  tx: Transaction<CheckoutTables>,
  row: AttemptRow,
): Promise<void> {
  await hurry(tx, tx.insertInto("checkout_attempt").values(row));
}

export async function answerAttempt(
  tx: Transaction<CheckoutTables>,
  key: OrderKey & { n: number },
  answer: Pick<AttemptRow, "answer" | "answer_note" | "answered_at">,
): Promise<void> {
  await hurry(
    tx,
    tx.updateTable("checkout_attempt").set(answer)
      .where("order_id", "=", key.id).where("at", "=", key.at).where("n", "=", key.n),
  );
}

/** Orders whose time has come and that nobody works on, longest waiting first. */
export async function selectDue(
  db: QueryCreator<CheckoutTables>,
  { now, limit }: { now: Date; limit: number },
): Promise<OrderKey[]> {
  return await db.selectFrom("checkout_order").select(["id", "at"])
    .where("next_attempt_at", "<=", now)
    .where((where) =>
      where.or([where("claimed_until", "is", null), where("claimed_until", "<", now)])
    )
    .orderBy("next_attempt_at").limit(limit).execute();
}

export async function findTradeLeg(
  db: QueryCreator<CheckoutTables>,
  key: OrderKey & { tradeId: string },
): Promise<number | null> {
  const row = await db.selectFrom("checkout_leg").select("n")
    .where("order_id", "=", key.id).where("at", "=", key.at)
    .where("trade_id", "=", key.tradeId).executeTakeFirst();
  return row?.n ?? null;
}

/** Prolongs a claim while its call is under way; false when somebody else took the order over. */
export async function renewClaim(
  tx: Transaction<CheckoutTables>,
  { key, claimant, until }: { key: OrderKey; claimant: string; until: Date },
): Promise<boolean> {
  const result = await tx.updateTable("checkout_order")
    .set({ claimed_until: until, next_attempt_at: until })
    .where("id", "=", key.id).where("at", "=", key.at).where("claimed_by", "=", claimant)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Puts an order off unless somebody works on it. */
export async function postponeOrder(
  tx: Transaction<CheckoutTables>,
  { key, now, until }: { key: OrderKey; now: Date; until: Date },
): Promise<void> {
  await tx.updateTable("checkout_order").set({ next_attempt_at: until })
    .where("id", "=", key.id).where("at", "=", key.at)
    .where((where) =>
      where.or([where("claimed_until", "is", null), where("claimed_until", "<", now)])
    ).execute();
}

/**
 * Orders begun under these identifications: of their day, for an identification is short; and the
 * refunds of those orders, however much later.
 */
export async function selectOrdersOf(
  db: QueryCreator<CheckoutTables>,
  identifications: readonly RowKey[],
): Promise<CheckoutTables["checkout_order"][]> {
  return await byKeys(identifications, (ids, times) => {
    const from = Math.min(...times.map((at) => at.getTime())) - ORDER_APART_MS_MAX;
    const to = Math.max(...times.map((at) => at.getTime())) + ORDER_APART_MS_MAX;
    return db.selectFrom("checkout_order").selectAll().where("identification_id", "in", ids)
      .where("at", ">=", new Date(from))
      .where((eb) => eb.or([eb("at", "<=", new Date(to)), eb("kind", "=", "refund")]))
      .orderBy("id").execute();
  });
}

const ORDER_APART_MS_MAX = 2 * 24 * 3_600_000;

/** The health details of orders of before a time; how many had some. */
export async function eraseDetails(
  tx: Transaction<CheckoutTables>,
  orders: readonly RowKey[],
): Promise<number> {
  const erased = await byKeys(
    orders,
    (ids, times) =>
      tx.updateTable("checkout_order").set({ priced_sealed: null, fulfilled_sealed: null })
        .where("id", "in", ids).where("at", "in", times).returning("id").execute(),
  );
  return erased.length;
}

export async function selectHeads(
  db: QueryCreator<CheckoutTables>,
  orders: readonly RowKey[],
): Promise<Pick<CheckoutTables["checkout_order"], "id" | "state" | "number" | "kind">[]> {
  if (orders.length === 0) return [];
  return await byKeys(
    orders,
    (ids, times) =>
      db.selectFrom("checkout_order").select(["id", "state", "number", "kind"])
        .where("id", "in", ids).where("at", "in", times).execute(),
  );
}

/** Ids of refunds that stand so, as part of a larger question. */
// deno-lint-ignore explicit-function-return-type explicit-module-boundary-types -- kysely's to say
export function selectRefundIds(
  db: QueryCreator<CheckoutTables>,
  states: readonly OrderState[],
) {
  return db.selectFrom("checkout_order").select("checkout_order.id")
    .where("checkout_order.kind", "=", "refund").where("checkout_order.state", "in", [...states]);
}
