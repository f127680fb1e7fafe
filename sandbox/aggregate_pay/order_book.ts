import type { Wallet } from "../../server/gateways/aggregate_pay/wire.ts";
import type { Clock } from "../../server/platform/clock.ts";
import type { Faults } from "../faults.ts";
import type { BankStore, OrderRow } from "./bank_store.ts";

/** How an order of the bank moves; to be called inside one of the store's transactions. */

export interface Bank {
  readonly store: BankStore;
  readonly clock: Clock;
  readonly faults: Faults;
}

/** A refusal in the bank's words. */
export interface BankRefusal {
  readonly errCode: string;
  readonly errMsg: string;
}

export function isRefusal(answer: object): answer is BankRefusal {
  return "errCode" in answer;
}

export const NOT_FOUND: BankRefusal = { errCode: "ORDER_NOT_FOUND", errMsg: "订单不存在" };
export const CLOSED = {
  status: "CLOSED",
  status_code: "ORDER_CLOSED",
  status_text: "订单已关闭",
} as const;
const EXPIRED = { ...CLOSED, status_code: "ORDER_EXPIRED", status_text: "订单已过期" } as const;

export function findOrder(bank: Bank, number: string, merchant: string): OrderRow | null {
  const order = currentOrder(bank, number);
  return order && order.merchant === merchant ? order : null;
}

/** An order as it stands now: what only needed time has happened. */
export function currentOrder(bank: Bank, number: string): OrderRow | null {
  const order = bank.store.findOrder("number", number);
  if (!order) return null;
  const nowMs = inMs(bank, 0);
  if (
    order.status === "PAYING" && order.wallet && order.pays_ms !== null && order.pays_ms <= nowMs
  ) {
    return capture(bank, order, order.wallet);
  }
  const isPast = order.expires_ms !== null && order.expires_ms <= nowMs;
  if (isPast && (order.status === "UNPAID" || order.status === "PAYING")) {
    return putOrder(bank, { ...order, ...EXPIRED });
  }
  return order;
}

/** For reads, which are a transaction of their own. */
export function lookUpOrder(bank: Bank, number: string, merchant: string): OrderRow | null {
  return bank.store.transaction(() => findOrder(bank, number, merchant));
}

export function capture(bank: Bank, order: OrderRow, wallet: Wallet): OrderRow {
  const paidMs = inMs(bank, 0);
  // Someone at the bank booked another amount: it is what was really paid.
  const wrong = bank.faults.take("aggregate_pay", "pay", "wrong_amount");
  const paid = putOrder(bank, {
    ...order,
    status: "PAID",
    wallet,
    paid_ms: paidMs,
    paid_fen: Math.max(1, order.amount_fen + (wrong?.byFen ?? 0)),
  });
  if (paid.notify_url) planNotices(bank, paid);
  return paid;
}

function planNotices(bank: Bank, order: OrderRow): void {
  const late = bank.faults.take("aggregate_pay", "notify", "late_notify");
  const dueMs = inMs(bank, late?.ms ?? 0);
  bank.store.addNotice(order.number, dueMs);
  if (bank.faults.take("aggregate_pay", "notify", "duplicate_notify")) {
    bank.store.addNotice(order.number, dueMs);
  }
}

export function fail(bank: Bank, order: OrderRow, code: string, text: string): OrderRow {
  return putOrder(bank, { ...order, status: "FAILED", status_code: code, status_text: text });
}

export function putOrder(bank: Bank, order: OrderRow): OrderRow {
  bank.store.putOrder(order);
  return order;
}

type NewOrder = Pick<
  OrderRow,
  "number" | "mode" | "merchant" | "terminal" | "title" | "amount_fen" | "notify_url" | "expires_ms"
>;

export function putNew(bank: Bank, order: NewOrder): OrderRow {
  return putOrder(bank, {
    ...order,
    channel_number: channelNumber(bank, "P"),
    token: crypto.getRandomValues(new Uint8Array(8)).toHex(),
    status: "UNPAID",
    status_code: null,
    status_text: null,
    wallet: null,
    opened_ms: inMs(bank, 0),
    pays_ms: null,
    paid_ms: null,
    paid_fen: null,
    refunded_fen: 0,
  });
}

export function channelNumber(bank: Bank, kind: "P" | "R"): string {
  const random = crypto.getRandomValues(new Uint8Array(5)).toHex();
  return `4419${kind}${inMs(bank, 0)}${random}`;
}

export function inMs(bank: Bank, ms: number): number {
  return bank.clock.now().getTime() + ms;
}
