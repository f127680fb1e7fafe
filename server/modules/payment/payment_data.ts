import type { Kysely } from "kysely";
import { MONEY_KEPT_WHY, type PersonalData } from "../../platform/personal_data.ts";
import { selectRefundsOf, selectTradesOf } from "./store.ts";
import type { PaymentTables } from "./tables.ts";

/** What the person paid and got back. No number of an account or a wallet's owner is kept. */
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
            渠道流水号: row.channel_reference,
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
            渠道流水号: row.channel_reference,
          })),
        },
      ];
    },
    async erase(tx, { orders }) {
      const trades = await selectTradesOf(tx, orders);
      const refunds = await selectRefundsOf(tx, orders);
      return {
        erased: [],
        kept: [
          { what: "支付记录", rows: trades.length, why: MONEY_KEPT_WHY },
          { what: "退款记录", rows: refunds.length, why: MONEY_KEPT_WHY },
        ],
      };
    },
  };
}
