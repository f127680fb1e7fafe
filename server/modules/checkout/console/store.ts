import { type QueryCreator, sql, type Transaction } from "kysely";
import type { RowKey } from "../../../platform/personal_data.ts";
import { byKeys } from "../../../platform/row_keys.ts";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import { inScope, type Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import { type Channel, channelOf, TENDER_MODES, type TenderMode } from "../../payment/channel.ts";
import type { InFlight } from "../in_flight/in_flight.ts";
import type { OrderKey } from "../order.ts";
import type { LegKind } from "../saga.ts";
import type { CheckoutTables } from "../tables.ts";
import type { OrderQuery } from "./contract.ts";

type Db = QueryCreator<CheckoutTables & AccessTables>;
export type ActRow = CheckoutTables["checkout_act"];

/** Attempts of one order that are shown, the last ones. */
const ATTEMPTS_MAX = 300;
const ACTS_MAX = 100;

// deno-lint-ignore explicit-function-return-type -- the query's type is kysely's to say
function ordersIn(db: Db, scope: Scope) {
  return db.selectFrom("checkout_order")
    .innerJoin("organisation", "organisation.id", "checkout_order.institution_id")
    .selectAll("checkout_order").select("organisation.name as institution_name")
    .where((eb) => inScope(eb, "organisation.path", scope));
}

export type OrderInScope = CheckoutTables["checkout_order"] & { readonly institution_name: string };

/** Newest first, from the one before `before`. */
export async function selectOrdersIn(
  db: Db,
  { scope, query, decider, from, until, before, limit }: {
    readonly scope: Scope;
    readonly query: Pick<OrderQuery, "queue" | "state" | "channel" | "stop" | "number">;
    /** Only with an act that waits and that somebody else asked for. */
    readonly decider: string | undefined;
    readonly from: Date;
    readonly until: Date;
    readonly before: string | undefined;
    readonly limit: number;
  },
): Promise<OrderInScope[]> {
  let orders = ordersIn(db, scope)
    .where("checkout_order.at", ">=", from).where("checkout_order.at", "<=", until);
  if (before !== undefined) orders = orders.where("checkout_order.id", "<", before);
  if (query.queue === "attention") {
    orders = orders.where("checkout_order.state", "=", "needs_attention");
  }
  if (decider !== undefined) {
    orders = orders.where(
      "checkout_order.id",
      "in",
      db.selectFrom("checkout_act").select("checkout_act.order_id")
        .where("checkout_act.state", "=", "asked").where("checkout_act.asked_by", "<>", decider),
    );
  }
  if (query.queue === "open") orders = orders.where("next_attempt_at", "is not", null);
  if (query.state !== undefined) orders = orders.where("checkout_order.state", "=", query.state);
  if (query.number !== undefined) {
    orders = orders.where("checkout_order.number", "=", query.number);
  }
  if (query.stop !== undefined) {
    orders = orders.where(sql<boolean>`checkout_order.stop = ${query.stop}`);
  }
  if (query.channel !== undefined) {
    const modes = modesOf(query.channel);
    orders = orders.where((eb) =>
      eb.exists(
        eb.selectFrom("checkout_leg").select("checkout_leg.n")
          .whereRef("checkout_leg.order_id", "=", "checkout_order.id")
          .whereRef("checkout_leg.at", "=", "checkout_order.at")
          .where("checkout_leg.mode", "in", modes),
      )
    );
  }
  return await orders.orderBy("checkout_order.id", "desc").limit(limit).execute();
}

/** As `countInFlight`, of institutions in scope. */
export async function countInFlightIn(db: Db, scope: Scope): Promise<InFlight[]> {
  const rows = await db.selectFrom("checkout_order")
    .innerJoin("organisation", "organisation.id", "checkout_order.institution_id")
    .select("checkout_order.state")
    .select((eb) => [
      eb.fn.countAll<string | bigint>().as("count"),
      eb.fn.min("checkout_order.at").as("oldest"),
    ])
    .where("checkout_order.next_attempt_at", "is not", null)
    .where("checkout_order.state", "not in", ["completed", "unwound"])
    .where((eb) => inScope(eb, "organisation.path", scope))
    .groupBy("checkout_order.state").orderBy("checkout_order.state").execute();
  return rows.map(({ state, count, oldest }) => ({
    state,
    count: Number(count),
    oldestAt: new Date(oldest),
  }));
}

export interface ReturnedFen {
  /** What HIS gives back, less what of it is settled anew. */
  readonly totalFen: bigint;
  /** What goes back the way it was paid, at most. */
  readonly cashFen: bigint;
}

/** Of refunds, by id: their own rows hold at most the figures of what is kept. */
export async function selectReturned(
  db: QueryCreator<CheckoutTables>,
  refunds: readonly RowKey[],
): Promise<ReadonlyMap<string, ReturnedFen>> {
  const legs = await byKeys(
    refunds,
    (ids, times) =>
      db.selectFrom("checkout_leg").select(["order_id", "kind", "amount_fen"])
        .where("order_id", "in", ids).where("at", "in", times)
        .where("kind", "in", ["fulfilment_return", "fulfilment", "cash_return"]).execute(),
  );
  const fenOf = (id: string, of: LegKind) =>
    legs.find(({ order_id, kind }) => order_id === id && kind === of)?.amount_fen ?? 0n;
  return new Map(refunds.map(({ id }) => [id, {
    totalFen: fenOf(id, "fulfilment_return") - fenOf(id, "fulfilment"),
    cashFen: fenOf(id, "cash_return"),
  }]));
}

function modesOf(channel: Channel): TenderMode[] {
  return TENDER_MODES.filter((mode) => channelOf(mode) === channel);
}

export async function findOrderIn(
  db: Db,
  { key, scope }: { readonly key: OrderKey; readonly scope: Scope },
): Promise<OrderInScope | null> {
  const row = await ordersIn(db, scope).where("checkout_order.id", "=", key.id)
    .where("checkout_order.at", "=", key.at).executeTakeFirst();
  return row ?? null;
}

export async function selectAttempts(
  db: QueryCreator<CheckoutTables>,
  { id, at }: OrderKey,
): Promise<CheckoutTables["checkout_attempt"][]> {
  const rows = await db.selectFrom("checkout_attempt").selectAll()
    .where("order_id", "=", id).where("at", "=", at).orderBy("n", "desc").limit(ATTEMPTS_MAX)
    .execute();
  return rows.toReversed();
}

export async function selectActs(
  db: QueryCreator<CheckoutTables>,
  orderId: string,
): Promise<ActRow[]> {
  return await db.selectFrom("checkout_act").selectAll().where("order_id", "=", orderId)
    .orderBy("asked_at").orderBy("id").limit(ACTS_MAX).execute();
}

/** False when there is one of that id. */
export async function insertAct(tx: Transaction<CheckoutTables>, row: ActRow): Promise<boolean> {
  return await insertIfAbsent(tx, "checkout_act", row, ["id"]);
}

export async function lockAct(
  tx: Transaction<CheckoutTables>,
  { id, orderId }: { readonly id: string; readonly orderId: string },
): Promise<ActRow | null> {
  const row = await tx.selectFrom("checkout_act").selectAll().where("id", "=", id)
    .where("order_id", "=", orderId).forUpdate().executeTakeFirst();
  return row ?? null;
}

export async function updateAct(
  tx: Transaction<CheckoutTables>,
  { id, ...values }:
    & Pick<ActRow, "id" | "state" | "decided_by" | "decided_by_name" | "decided_at">
    & {
      readonly tag: Uint8Array;
    },
): Promise<void> {
  await tx.updateTable("checkout_act").set(values).where("id", "=", id).execute();
}

/** Resolves with how many acts lost their evidence. */
export async function eraseEvidence(
  tx: Transaction<CheckoutTables>,
  orders: readonly OrderKey[],
): Promise<number> {
  if (orders.length === 0) return 0;
  const erased = await tx.updateTable("checkout_act").set({ evidence_sealed: null })
    .where("order_id", "in", orders.map(({ id }) => id)).where("evidence_sealed", "is not", null)
    .executeTakeFirst();
  return Number(erased.numUpdatedRows);
}

export async function countEvidence(
  db: QueryCreator<CheckoutTables>,
  orders: readonly OrderKey[],
): Promise<number> {
  if (orders.length === 0) return 0;
  const row = await db.selectFrom("checkout_act")
    .select((eb) => eb.fn.countAll<string | bigint>().as("n"))
    .where("order_id", "in", orders.map(({ id }) => id)).where("evidence_sealed", "is not", null)
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}
