import { type Kysely, sql } from "kysely";
import { checkLegs } from "../../server/modules/checkout/check/check_legs.ts";
import { checkBooks } from "../../server/modules/ledger/check/check_books.ts";
import { timeOfId } from "../../server/platform/ids.ts";
import type { Tables } from "../../server/schema.ts";
import { type OwnBatch, type OwnCardMessage, readBatches, readCardMessages } from "./own_cards.ts";

/** What we have written down, order by order. Fen. */

export interface OwnOrder {
  readonly id: string;
  /** Of a refund: the order whose money it gives back. Else its own. */
  readonly root: string;
  readonly kind: string;
  readonly state: string;
  readonly hasOwner: boolean;
}

export interface OwnTrade {
  readonly id: string;
  readonly orderId: string;
  readonly mode: string;
  readonly paid: bigint;
  /** By all refunds that the channel has made. */
  readonly refunded: bigint;
}

export interface OwnClaim {
  readonly orderId: string;
  readonly visitId: string | null;
  readonly settlementId: string | null;
  readonly isVoided: boolean;
}

/** Debits less credits of one order. */
export interface OwnAccount {
  readonly orderId: string;
  readonly account: string;
  readonly balance: bigint;
}

export interface OwnBooks {
  readonly orders: readonly OwnOrder[];
  readonly trades: readonly OwnTrade[];
  readonly claims: readonly OwnClaim[];
  readonly accounts: readonly OwnAccount[];
  readonly cardMessages: readonly OwnCardMessage[];
  readonly batches: readonly OwnBatch[];
  /** How parties answered, over all asks; none: the process died. */
  readonly answers: readonly (readonly [answer: string, count: number])[];
  /** What the ledger's own check found. */
  readonly faults: readonly string[];
}

const DAY_MS = 86_400_000;

export async function readOwnBooks(db: Kysely<Tables>): Promise<OwnBooks> {
  const orders = await db.selectFrom("checkout_order as o")
    .leftJoin("refund_request as r", (join) => join.onRef("r.id", "=", "o.id"))
    .select(["o.id", "o.kind", "o.state", "o.next_attempt_at", "r.order_id as root"]).execute();
  const claims = await db.selectFrom("insurance_claim")
    .select(["order_id", "mdtrt_id", "setl_id", "voided_at"]).execute();
  return {
    orders: orders.map(({ id, kind, state, root, next_attempt_at }) => ({
      id,
      kind,
      state,
      root: root ?? id,
      hasOwner: ["completed", "unwound"].includes(state) || next_attempt_at !== null,
    })),
    trades: await readTrades(db),
    claims: claims.map((row) => ({
      orderId: row.order_id,
      visitId: row.mdtrt_id,
      settlementId: row.setl_id,
      isVoided: row.voided_at !== null,
    })),
    accounts: await readAccounts(db),
    cardMessages: await readCardMessages(db),
    batches: await readBatches(db),
    answers: await countAnswers(db),
    faults: await checkLedger(db, orders.map(({ id }) => id)),
  };
}

async function readTrades(db: Kysely<Tables>): Promise<OwnTrade[]> {
  const trades = await db.selectFrom("payment_trade").select([
    "id",
    "order_id",
    "mode",
    "paid_fen",
  ]).execute();
  const refunds = await db.selectFrom("payment_refund").select(["trade_id", "amount_fen"])
    .where("state", "=", "refunded").execute();
  const refunded = new Map<string, bigint>();
  for (const { trade_id, amount_fen } of refunds) {
    refunded.set(trade_id, (refunded.get(trade_id) ?? 0n) + amount_fen);
  }
  return trades.map(({ id, order_id, mode, paid_fen }) => ({
    id,
    mode,
    orderId: order_id,
    paid: paid_fen ?? 0n,
    refunded: refunded.get(id) ?? 0n,
  }));
}

async function readAccounts(db: Kysely<Tables>): Promise<OwnAccount[]> {
  const { rows } = await sql<{ order_id: string; account: string; balance: string }>`
    select order_id, account, cast(sum(fen) as text) as balance from (
      select order_id, debit as account, amount_fen as fen from ledger_posting
      union all
      select order_id, credit as account, -amount_fen as fen from ledger_posting) moved
    group by order_id, account`.execute(db);
  return rows.map((row) => ({
    orderId: row.order_id,
    account: row.account,
    balance: BigInt(row.balance),
  }));
}

async function countAnswers(db: Kysely<Tables>): Promise<OwnBooks["answers"]> {
  const rows = await db.selectFrom("checkout_attempt").select("answer")
    .select((of) => of.fn.countAll<string>().as("count")).groupBy("answer").execute();
  return rows.map(({ answer, count }) => [answer ?? "none", Number(count)]);
}

async function checkLedger(db: Kysely<Tables>, ids: readonly string[]): Promise<string[]> {
  const first = ids.map(timeOfId).reduce((a, b) => a < b ? a : b, new Date());
  const since = new Date(first.getTime() - DAY_MS);
  const found = [...await checkBooks({ db }, since), ...await checkLegs({ db }, since)];
  return found.map((one) =>
    `ledger check: ${one.kind} ${one.where}: expected ${one.expected}, found ${one.found}`
  );
}
