import type {
  MicropayRequest,
  PrecreateRequest,
  QueryRequest,
  Wallet,
} from "../../server/gateways/aggregate_pay/wire.ts";
import { parseChinaTime } from "../../server/platform/clock.ts";
import type { OrderRow } from "./bank_store.ts";
import {
  type Bank,
  type BankRefusal,
  capture,
  channelNumber,
  CLOSED,
  currentOrder,
  fail,
  inMs,
  NOT_FOUND,
  putNew,
  putOrder,
} from "./order_book.ts";
import { storyOfCode, walletOfCode } from "./payment_code.ts";

/** The bank's deeds on orders; each is one transaction and may be repeated. */

/** How long the customer takes to type the password. */
const PASSWORD_MS = 5_000;
/** A scanned order without a password in time is closed; about what WeChat gives (nhsa.md §4.3). */
const PASSWORD_MS_MAX = 45_000;
/** As WeChat allows (nhsa.md §4.3). */
const REVOKE_MS_MAX = 7 * 86_400_000;

export function openQrOrder(bank: Bank, request: PrecreateRequest): OrderRow | BankRefusal {
  return bank.store.transaction(() => {
    const known = currentOrder(bank, request.billNo);
    if (known) return sameOrder(known, "qr", request.mid, request.totalAmount);
    const refuse = bank.faults.take("aggregate_pay", "precreate", "refuse");
    if (refuse) return { errCode: "PAY_DECLINED", errMsg: refuse.text };
    return putNew(bank, {
      number: request.billNo,
      mode: "qr",
      merchant: request.mid,
      terminal: request.tid,
      title: request.billDesc,
      amount_fen: request.totalAmount,
      notify_url: request.notifyUrl,
      expires_ms: parseChinaTime(request.expireTime).getTime(),
    });
  });
}

export function chargeCode(bank: Bank, request: MicropayRequest): OrderRow | BankRefusal {
  return bank.store.transaction(() => {
    const known = currentOrder(bank, request.merchantOrderId);
    if (known) return sameOrder(known, "scan", request.merchantCode, request.transactionAmount);
    const order = putNew(bank, {
      number: request.merchantOrderId,
      mode: "scan",
      merchant: request.merchantCode,
      terminal: request.terminalCode,
      title: request.merchantRemark,
      amount_fen: request.transactionAmount,
      notify_url: null,
      expires_ms: null,
    });
    return chargeNew(bank, order, request.payCode);
  });
}

function chargeNew(bank: Bank, order: OrderRow, code: string): OrderRow {
  const refuse = bank.faults.take("aggregate_pay", "micropay", "refuse");
  if (refuse) return fail(bank, order, "PAY_DECLINED", refuse.text);
  const wallet = walletOfCode(code);
  if (!wallet) return fail(bank, order, "CODE_INVALID", "付款码无效");
  switch (storyOfCode(code)) {
    case "insufficient":
      return fail(bank, order, "INSUFFICIENT_BALANCE", "余额不足");
    case "expired":
      return fail(bank, order, "CODE_EXPIRED", "付款码已过期");
    case "password":
      return putOrder(bank, {
        ...startPassword(bank, order, wallet),
        pays_ms: inMs(bank, PASSWORD_MS),
      });
    case "password_waits":
      return startPassword(bank, order, wallet);
    case "pays":
      return capture(bank, order, wallet);
  }
}

function startPassword(bank: Bank, order: OrderRow, wallet: Wallet): OrderRow {
  const expires_ms = inMs(bank, PASSWORD_MS_MAX);
  return putOrder(bank, { ...order, status: "PAYING", wallet, expires_ms });
}

/** Closing what the bank never saw leaves a tombstone. */
export function closeOrder(
  bank: Bank,
  request: { readonly billNo: string; readonly mid: string; readonly tid: string },
): OrderRow | BankRefusal {
  return bank.store.transaction(() => {
    const order = currentOrder(bank, request.billNo);
    if (!order) {
      const { billNo: number, mid: merchant, tid: terminal } = request;
      return closeUnknown(bank, { number, merchant, terminal });
    }
    if (order.merchant !== request.mid) return NOT_FOUND;
    if (order.status === "PAID" || order.status === "REFUND") {
      return { errCode: "ORDER_PAID", errMsg: "订单已支付" };
    }
    return order.status === "FAILED" ? order : putOrder(bank, { ...order, ...CLOSED });
  });
}

function closeUnknown(
  bank: Bank,
  asked: Pick<OrderRow, "number" | "merchant" | "terminal">,
): OrderRow {
  const tombstone = putNew(bank, {
    ...asked,
    mode: "tombstone",
    title: "",
    amount_fen: 0,
    notify_url: null,
    expires_ms: null,
  });
  return putOrder(bank, { ...tombstone, ...CLOSED });
}

/** Takes a scanned order back, paid or not; of one the bank never saw it leaves a tombstone. */
export function revokeOrder(
  bank: Bank,
  { merchantOrderId: number, merchantCode, terminalCode }: QueryRequest,
): OrderRow | BankRefusal {
  return bank.store.transaction(() => {
    const order = currentOrder(bank, number);
    if (!order) {
      return closeUnknown(bank, { number, merchant: merchantCode, terminal: terminalCode });
    }
    if (order.merchant !== merchantCode) return NOT_FOUND;
    if (order.status !== "PAID") {
      return order.status === "UNPAID" || order.status === "PAYING"
        ? putOrder(bank, { ...order, ...CLOSED })
        : order;
    }
    return revokePaid(bank, order);
  });
}

function revokePaid(bank: Bank, order: OrderRow): OrderRow | BankRefusal {
  if (order.paid_ms === null || inMs(bank, 0) - order.paid_ms > REVOKE_MS_MAX) {
    return { errCode: "REVOKE_TOO_LATE", errMsg: "超过可撤销期限" };
  }
  bank.store.putRefund({
    number: `${order.number}R`,
    order_number: order.number,
    channel_number: channelNumber(bank, "R"),
    amount_fen: order.paid_fen ?? 0,
    status: "SUCCESS",
    at_ms: inMs(bank, 0),
  });
  return putOrder(bank, {
    ...order,
    status: "REVOKED",
    status_code: "ORDER_REVOKED",
    status_text: "订单已撤销",
    refunded_fen: order.paid_fen ?? 0,
  });
}

/** What the customer's phone does with a shown code, or with the password question. */
export function payByPhone(bank: Bank, number: string, wallet: Wallet): OrderRow | BankRefusal {
  return bank.store.transaction(() => {
    const order = currentOrder(bank, number);
    if (!order) return NOT_FOUND;
    if (order.status === "UNPAID" || order.status === "PAYING") {
      return capture(bank, order, order.wallet ?? wallet);
    }
    return order.status === "PAID"
      ? { errCode: "ORDER_PAID", errMsg: "订单已支付" }
      : { errCode: "ORDER_CLOSED", errMsg: order.status_text ?? "订单已关闭" };
  });
}

export function refuseByPhone(bank: Bank, number: string): OrderRow | BankRefusal {
  return bank.store.transaction(() => {
    const order = currentOrder(bank, number);
    if (!order) return NOT_FOUND;
    return order.status === "UNPAID" || order.status === "PAYING"
      ? fail(bank, order, "PAY_DECLINED", "顾客取消了支付")
      : { errCode: "ORDER_CLOSED", errMsg: "订单已结束" };
  });
}

function sameOrder(
  order: OrderRow,
  mode: OrderRow["mode"],
  merchant: string,
  amountFen: number,
): OrderRow | BankRefusal {
  if (order.mode === "tombstone") return { errCode: "ORDER_CLOSED", errMsg: "订单已关闭" };
  const isSame = order.mode === mode && order.merchant === merchant &&
    order.amount_fen === amountFen;
  return isSame ? order : { errCode: "ORDER_MISMATCH", errMsg: "订单号已用于另一笔订单" };
}
