import type { QueryCreator, Selectable, Transaction } from "kysely";
import { hurry } from "../../platform/hurried_query.ts";
import { timeOfId } from "../../platform/ids.ts";
import { asFen, ZERO } from "../../platform/money.ts";
import type { RowKey } from "../../platform/personal_data.ts";
import { byKeys } from "../../platform/row_keys.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import { isUnchanged, tagAfter, tagOf } from "../../platform/tagged_table.ts";
import { insertIfAbsent } from "../../platform/upsert.ts";
import { channelOf } from "./channel.ts";
import type { NoticeVerdict } from "./receive_notify.ts";
import { type PaymentTables, REFUND_TAGGED, TRADE_TAGGED } from "./tables.ts";
import type { Refund, Trade, TradeState } from "./trade.ts";

export type NewTrade = Omit<
  Trade,
  "state" | "codeText" | "wallet" | "reference" | "paid" | "paidAt" | "refunded" | "tag"
>;

/** What every write goes with: its time, and the tags of the rows that decide. */
export interface Writing {
  readonly now: Date;
  readonly tags: RowTags;
}

/** False when the trade is there already. */
export async function insertTrade(
  tx: Transaction<PaymentTables>,
  trade: NewTrade,
  { now, tags }: Writing,
): Promise<boolean> {
  const row = decidedTrade({
    ...trade,
    state: "opening",
    reference: null,
    paid: null,
    paidAt: null,
    refunded: ZERO,
  });
  return await insertIfAbsent(tx, "payment_trade", {
    ...row,
    tag: await tagOf(tags, TRADE_TAGGED, row),
    expires_at: trade.expiresAt,
    changed_at: now,
  }, ["id", "at"]);
}

export async function findTradeById(
  db: QueryCreator<PaymentTables>,
  id: string,
): Promise<TradeFound | null> {
  const row = await db.selectFrom("payment_trade").selectAll()
    .where("id", "=", id).where("at", "=", timeOfId(id)).executeTakeFirst();
  return row ? tradeOf(row) : null;
}

/** Holds the trade's row until the transaction ends: refunds of one trade take turns. */
export async function lockTrade(
  tx: Transaction<PaymentTables>,
  id: string,
): Promise<Trade | null> {
  const row = await tx.selectFrom("payment_trade").selectAll()
    .where("id", "=", id).where("at", "=", timeOfId(id)).forUpdate().executeTakeFirst();
  return row ? tradeOf(row) : null;
}

export interface TradeChange {
  readonly state?: TradeState;
  readonly code_text?: string | null;
  readonly expires_at?: Date | null;
  readonly wallet?: string | null;
  readonly channel_reference?: string | null;
  readonly paid_fen?: bigint;
  readonly paid_at?: Date;
  readonly refunded_fen?: bigint;
  readonly fail_code?: string | null;
  readonly fail_text?: string | null;
}

/** The caller holds the trade's row lock. */
export async function updateTrade(
  tx: Transaction<PaymentTables>,
  { trade, change }: { readonly trade: Trade; readonly change: TradeChange },
  { now, tags }: Writing,
): Promise<void> {
  const before = { ...decidedTrade(trade), tag: trade.tag };
  const tag = await tagAfter(tx, tags, {
    tagged: TRADE_TAGGED,
    before,
    after: { ...before, ...change },
  });
  await hurry(
    tx,
    tx.updateTable("payment_trade").set({ ...change, tag, changed_at: now })
      .where("id", "=", trade.id).where("at", "=", timeOfId(trade.id)),
  );
}

/** Of rows under their lock: have they been changed past the platform? */
export async function areUnchanged(
  tx: Transaction<PaymentTables>,
  tags: RowTags,
  { trade, refund }: { readonly trade: Trade; readonly refund: Refund | null },
): Promise<boolean> {
  const tradeRow = { ...decidedTrade(trade), tag: trade.tag };
  if (!await isUnchanged(tx, tags, { tagged: TRADE_TAGGED, row: tradeRow })) return false;
  if (refund === null) return true;
  const refundRow = { ...decidedRefund(refund, trade), tag: refund.tag };
  return await isUnchanged(tx, tags, { tagged: REFUND_TAGGED, row: refundRow });
}

export async function insertRefund(
  tx: Transaction<PaymentTables>,
  { trade, refund }: { readonly trade: Trade; readonly refund: Pick<Refund, "id" | "amount"> },
  { now, tags }: Writing,
): Promise<void> {
  const row = decidedRefund({ ...refund, state: "requested", reference: null }, trade);
  const tag = await tagOf(tags, REFUND_TAGGED, row);
  await hurry(
    tx,
    tx.insertInto("payment_refund")
      .values({ ...row, tag, trade_at: timeOfId(trade.id), changed_at: now }),
  );
}

export async function findRefundById(
  db: QueryCreator<PaymentTables>,
  id: string,
): Promise<Refund | null> {
  const row = await db.selectFrom("payment_refund")
    .select(["id", "trade_id", "amount_fen", "state", "channel_reference", "tag"])
    .where("id", "=", id).where("at", "=", timeOfId(id)).executeTakeFirst();
  if (!row) return null;
  return {
    id: row.id,
    tradeId: row.trade_id,
    amount: asFen(row.amount_fen),
    state: row.state,
    reference: row.channel_reference,
    tag: row.tag,
  };
}

/** Of a trade's refunds that were made; few, as each is some of what was paid. */
export async function selectRefundReferences(
  tx: Transaction<PaymentTables>,
  { trade, except }: { readonly trade: Pick<Trade, "id">; readonly except: string },
): Promise<string[]> {
  const rows = await tx.selectFrom("payment_refund").select("channel_reference")
    .where("trade_id", "=", trade.id).where("id", "<>", except)
    .where("state", "=", "refunded").execute();
  return rows.flatMap(({ channel_reference }) => channel_reference ?? []);
}

/** The caller holds the row lock of the refund's trade. */
export async function updateRefund(
  tx: Transaction<PaymentTables>,
  { trade, refund, change }: {
    readonly trade: Trade;
    readonly refund: Refund;
    readonly change: {
      readonly state: Refund["state"];
      readonly channel_reference: string | null;
      readonly fail_code: string | null;
      readonly fail_text: string | null;
    };
  },
  { now, tags }: Writing,
): Promise<void> {
  const before = { ...decidedRefund(refund, trade), tag: refund.tag };
  const tag = await tagAfter(tx, tags, {
    tagged: REFUND_TAGGED,
    before,
    after: { ...before, ...change },
  });
  await hurry(
    tx,
    tx.updateTable("payment_refund").set({ ...change, tag, changed_at: now })
      .where("id", "=", refund.id).where("at", "=", timeOfId(refund.id)),
  );
}

export async function insertEvidence(
  tx: Transaction<PaymentTables>,
  evidence: {
    readonly id: string;
    readonly bodyDigest: Uint8Array;
    readonly bodySealed: Uint8Array;
    readonly headers: string;
    /** The partner bank's when absent. */
    readonly source?: PaymentTables["payment_evidence"]["source"];
  },
): Promise<void> {
  await tx.insertInto("payment_evidence").values({
    id: evidence.id,
    at: timeOfId(evidence.id),
    source: evidence.source ?? "aggregate_pay_notice",
    body_digest: evidence.bodyDigest,
    body_sealed: evidence.bodySealed,
    headers: evidence.headers,
  }).execute();
}

export async function judgeEvidence(
  tx: Transaction<PaymentTables>,
  id: string,
  judged: {
    readonly verdict: NoticeVerdict;
    readonly trade: Trade | null;
    /** Where no trade names it. */
    readonly institutionId?: string | null;
  },
): Promise<void> {
  await tx.updateTable("payment_evidence").set({
    verdict: judged.verdict,
    trade_id: judged.trade?.id ?? null,
    institution_id: judged.trade?.institutionId ?? judged.institutionId ?? null,
  }).where("id", "=", id).where("at", "=", timeOfId(id)).execute();
}

/** With what a screen says of a trade that was refused. */
interface TradeFound extends Trade {
  readonly failCode: string | null;
}

function tradeOf(row: Selectable<PaymentTables["payment_trade"]>): TradeFound {
  return {
    id: row.id,
    orderId: row.order_id,
    institutionId: row.institution_id,
    mode: row.mode,
    merchant: row.merchant,
    terminalNumber: row.terminal_number,
    amount: asFen(row.amount_fen),
    state: row.state,
    codeText: row.code_text,
    expiresAt: row.expires_at,
    wallet: row.wallet,
    reference: row.channel_reference,
    paid: row.paid_fen === null ? null : asFen(row.paid_fen),
    paidAt: row.paid_at,
    refunded: asFen(row.refunded_fen),
    failCode: row.fail_code,
    tag: row.tag,
  };
}

function decidedTrade(trade: Omit<Trade, "codeText" | "expiresAt" | "wallet" | "tag">) {
  return {
    id: trade.id,
    at: timeOfId(trade.id),
    order_id: trade.orderId,
    institution_id: trade.institutionId,
    channel: channelOf(trade.mode),
    mode: trade.mode,
    merchant: trade.merchant,
    terminal_number: trade.terminalNumber,
    amount_fen: trade.amount,
    state: trade.state,
    channel_reference: trade.reference,
    paid_fen: trade.paid,
    paid_at: trade.paidAt,
    refunded_fen: trade.refunded,
  };
}

function decidedRefund(
  refund: Pick<Refund, "id" | "amount" | "state" | "reference">,
  trade: Pick<Trade, "id" | "orderId" | "institutionId">,
) {
  return {
    id: refund.id,
    at: timeOfId(refund.id),
    trade_id: trade.id,
    order_id: trade.orderId,
    institution_id: trade.institutionId,
    amount_fen: refund.amount,
    state: refund.state,
    channel_reference: refund.reference,
  };
}

export async function selectTradesOf(
  db: QueryCreator<PaymentTables>,
  orders: readonly RowKey[],
): Promise<Selectable<PaymentTables["payment_trade"]>[]> {
  if (orders.length === 0) return [];
  return await db.selectFrom("payment_trade").selectAll()
    .where("order_id", "in", orders.map(({ id }) => id))
    .where("at", ">=", earliest(orders)).orderBy("id").execute();
}

/** Notices of the channel on these trades. */
export async function countEvidenceOf(
  db: QueryCreator<PaymentTables>,
  trades: readonly RowKey[],
): Promise<number> {
  const found = await byKeys(
    trades,
    (ids, times) =>
      db.selectFrom("payment_evidence").select("id").where("trade_id", "in", ids)
        .where("at", ">=", new Date(Math.min(...times.map((at) => at.getTime())))).execute(),
  );
  return found.length;
}

export async function selectRefundsOf(
  db: QueryCreator<PaymentTables>,
  orders: readonly RowKey[],
): Promise<PaymentTables["payment_refund"][]> {
  if (orders.length === 0) return [];
  return await db.selectFrom("payment_refund").selectAll()
    .where("order_id", "in", orders.map(({ id }) => id))
    .where("at", ">=", earliest(orders)).orderBy("id").execute();
}

/** Trades may bear a terminal's time, up to a day before their order's. */
function earliest(orders: readonly RowKey[]): Date {
  return new Date(Math.min(...orders.map(({ at }) => at.getTime())) - 24 * 3_600_000);
}
