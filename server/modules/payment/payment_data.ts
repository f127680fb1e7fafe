import type { Kysely } from "kysely";
import { MONEY_KEPT_WHY, type PersonalData } from "../../platform/personal_data.ts";
import { countEvidenceOf, selectRefundsOf, selectTradesOf } from "./store.ts";
import type { PaymentTables } from "./tables.ts";

/** Enough to tell two payments apart at a counter. */
const REFERENCE_END_CHARS = 6;

/**
 * What was paid for the person and given back. Who paid may be a relative: what names the payment
 * at the channel is given by its end, and the channel's own notices, which may name the payer, are
 * not given at all (个人信息保护法 第四十五条 is about one's own data).
 */
export function paymentData(
  { db }: { readonly db: Kysely<PaymentTables> },
): PersonalData<PaymentTables> {
  return {
    async collect({ orders }) {
      const trades = await selectTradesOf(db, orders);
      const refunds = await selectRefundsOf(db, orders);
      return [
        {
          name: "payments",
          title: "支付记录",
          rows: trades.map((row) => ({
            编号: row.id,
            订单: row.order_id,
            时间: row.at.toISOString(),
            钱包: row.wallet,
            状态: row.state,
            金额分: String(row.amount_fen),
            实付分: row.paid_fen === null ? null : String(row.paid_fen),
            渠道流水号尾号: row.channel_reference?.slice(-REFERENCE_END_CHARS) ?? null,
          })),
        },
        {
          name: "refunds",
          title: "退款记录",
          rows: refunds.map((row) => ({
            编号: row.id,
            订单: row.order_id,
            时间: row.at.toISOString(),
            状态: row.state,
            金额分: String(row.amount_fen),
            渠道流水号尾号: row.channel_reference?.slice(-REFERENCE_END_CHARS) ?? null,
          })),
        },
      ];
    },
    async erase(tx, { orders }) {
      const trades = await selectTradesOf(tx, orders);
      const refunds = await selectRefundsOf(tx, orders);
      const notices = await countEvidenceOf(tx, trades);
      const cards = trades.filter(({ mode }) => mode === "card").length;
      return {
        erased: [],
        kept: [
          { what: "支付记录", rows: trades.length, why: MONEY_KEPT_WHY },
          { what: "退款记录", rows: refunds.length, why: MONEY_KEPT_WHY },
          { what: "支付通知原文（加密保存）", rows: notices, why: MONEY_KEPT_WHY },
          { what: "银行卡交易（卡号加密保存）", rows: cards, why: MONEY_KEPT_WHY },
        ],
      };
    },
  };
}
