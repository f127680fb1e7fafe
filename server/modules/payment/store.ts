import type { QueryCreator, Selectable, Transaction } from "kysely";
import { timeOfId } from "../../platform/ids.ts";
import { asFen } from "../../platform/money.ts";
import { insertIfAbsent } from "../../platform/upsert.ts";
import type { NoticeVerdict } from "./receive_notify.ts";
import type { PaymentTables } from "./tables.ts";
import type { Refund, Trade, TradeState } from "./trade.ts";

export type NewTrade = Omit<
  Trade,
  "state" | "codeText" | "wallet" | "reference" | "paid" | "refunded"
>;

/** False when the trade is there already. */
export async function insertTrade(
  tx: Transaction<PaymentTables>,
  trade: NewTrade,
  now: Date,
): Promise<boolean> {
  return await insertIfAbsent(tx, "payment_trade", {
    id: trade.id,
    at: timeOfId(trade.id),
    order_id: trade.orderId,
    institution_id: trade.institutionId,
    channel: "aggregate_pay",
    mode: trade.mode,
    merchant: trade.merchant,
    terminal_number: trade.terminalNumber,
    amount_fen: trade.amount,
    state: "opening",
    expires_at: trade.expiresAt,
    changed_at: now,
  }, ["id", "at"]);
}

export async function findTradeById(
  db: QueryCreator<PaymentTables>,
  id: string,
): Promise<Trade | null> {
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
  readonly state: TradeState;
  readonly code_text?: string | null;
  readonly expires_at?: Date | null;
  readonly wallet?: string | null;
  readonly channel_reference?: string | null;
  readonly paid_fen?: bigint;
  readonly paid_at?: Date;
  readonly fail_code?: string | null;
  readonly fail_text?: string | null;
}

export async function updateTrade(
  tx: Transaction<PaymentTables>,
  id: string,
  change: TradeChange & { readonly changed_at: Date },
): Promise<void> {
  await tx.updateTable("payment_trade").set(change)
    .where("id", "=", id).where("at", "=", timeOfId(id)).execute();
}

export async function setRefunded(
  tx: Transaction<PaymentTables>,
  tradeId: string,
  change: { readonly refunded_fen: bigint; readonly changed_at: Date },
): Promise<void> {
  await tx.updateTable("payment_trade").set(change)
    .where("id", "=", tradeId).where("at", "=", timeOfId(tradeId)).execute();
}

export async function insertRefund(
  tx: Transaction<PaymentTables>,
  refund: Pick<Refund, "id" | "amount">,
  options: { readonly trade: Trade; readonly now: Date },
): Promise<void> {
  await tx.insertInto("payment_refund").values({
    id: refund.id,
    at: timeOfId(refund.id),
    trade_id: options.trade.id,
    trade_at: timeOfId(options.trade.id),
    order_id: options.trade.orderId,
    institution_id: options.trade.institutionId,
    amount_fen: refund.amount,
    state: "requested",
    changed_at: options.now,
  }).execute();
}

export async function findRefundById(
  db: QueryCreator<PaymentTables>,
  id: string,
): Promise<Refund | null> {
  const row = await db.selectFrom("payment_refund")
    .select(["id", "trade_id", "amount_fen", "state", "channel_reference"])
    .where("id", "=", id).where("at", "=", timeOfId(id)).executeTakeFirst();
  if (!row) return null;
  return {
    id: row.id,
    tradeId: row.trade_id,
    amount: asFen(row.amount_fen),
    state: row.state,
    reference: row.channel_reference,
  };
}

export async function updateRefund(
  tx: Transaction<PaymentTables>,
  id: string,
  change: {
    readonly state: Refund["state"];
    readonly channel_reference: string | null;
    readonly fail_code: string | null;
    readonly fail_text: string | null;
    readonly changed_at: Date;
  },
): Promise<void> {
  await tx.updateTable("payment_refund").set(change)
    .where("id", "=", id).where("at", "=", timeOfId(id)).execute();
}

export async function insertEvidence(
  tx: Transaction<PaymentTables>,
  evidence: {
    readonly id: string;
    readonly bodyDigest: Uint8Array;
    readonly bodySealed: Uint8Array;
    readonly headers: string;
  },
): Promise<void> {
  await tx.insertInto("payment_evidence").values({
    id: evidence.id,
    at: timeOfId(evidence.id),
    source: "aggregate_pay_notice",
    body_digest: evidence.bodyDigest,
    body_sealed: evidence.bodySealed,
    headers: evidence.headers,
  }).execute();
}

export async function judgeEvidence(
  tx: Transaction<PaymentTables>,
  id: string,
  judged: { readonly verdict: NoticeVerdict; readonly trade: Trade | null },
): Promise<void> {
  await tx.updateTable("payment_evidence").set({
    verdict: judged.verdict,
    trade_id: judged.trade?.id ?? null,
    institution_id: judged.trade?.institutionId ?? null,
  }).where("id", "=", id).where("at", "=", timeOfId(id)).execute();
}

function tradeOf(row: Selectable<PaymentTables["payment_trade"]>): Trade {
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
    refunded: asFen(row.refunded_fen),
  };
}
