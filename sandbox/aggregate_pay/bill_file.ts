import { BILL_COLUMNS, type Wallet } from "../../server/gateways/aggregate_pay/wire.ts";
import { businessDay, chinaTime } from "../../server/platform/clock.ts";
import { formatYuan } from "../../server/platform/money.ts";
import type { OrderRow, RefundRow } from "./bank_store.ts";
import type { Bank } from "./order_book.ts";

const WALLET_NAMES: Readonly<Record<Wallet, string>> = {
  WXPAY: "微信支付",
  ALIPAY: "支付宝",
  UNIONPAY: "云闪付",
};

const DAY_MS = 86_400_000;

/** The T+1 file of one merchant; null while the day is not over. */
export function billFile(bank: Bank, merchant: string, day: string): string | null {
  if (businessDay(bank.clock.now()) <= day) return null;
  const fromMs = Date.parse(`${day}T00:00:00+08:00`);
  const orders = bank.store.ordersPaid(merchant, fromMs, fromMs + DAY_MS);
  const refunds = bank.store.refundsMade(merchant, fromMs, fromMs + DAY_MS);
  const rows = [
    ...orders.map((order) => row(order, null)),
    ...refunds.map(({ order, refund }) => row(order, refund)),
  ];
  const paid = orders.reduce((sum, order) => sum + (order.paid_fen ?? 0), 0);
  const refunded = refunds.reduce((sum, { refund }) => sum + refund.amount_fen, 0);
  const totals = ["合计", rows.length, formatYuan(BigInt(paid)), formatYuan(BigInt(refunded))];
  return "\uFEFF" + [BILL_COLUMNS, ...rows, totals].map((cells) => cells.join(",") + "\n").join("");
}

function row(order: OrderRow, refund: RefundRow | null): string[] {
  const atMs = refund?.at_ms ?? order.paid_ms ?? 0;
  return [
    chinaTime(new Date(atMs)),
    order.merchant,
    order.terminal,
    refund ? "退款" : "支付",
    order.number,
    refund?.channel_number ?? order.channel_number,
    refund?.number ?? "",
    order.wallet ? WALLET_NAMES[order.wallet] : "未知",
    formatYuan(refund ? -BigInt(refund.amount_fen) : BigInt(order.paid_fen ?? 0)),
  ];
}
