import type { RefundRequest } from "../../server/gateways/aggregate_pay/wire.ts";
import type { RefundRow } from "./bank_store.ts";
import {
  type Bank,
  type BankRefusal,
  channelNumber,
  findOrder,
  inMs,
  NOT_FOUND,
  putOrder,
} from "./order_book.ts";

/** A refund as it stands now: what only needed time has happened. */
export function currentRefund(bank: Bank, number: string): RefundRow | null {
  const refund = bank.store.findRefund(number);
  if (refund?.status !== "PROCESSING" || refund.at_ms > inMs(bank, 0)) return refund;
  const made: RefundRow = { ...refund, status: "SUCCESS" };
  bank.store.putRefund(made);
  return made;
}

export function refundOrder(bank: Bank, request: RefundRequest): RefundRow | BankRefusal {
  return bank.store.transaction(() => {
    const known = currentRefund(bank, request.refundRequestId);
    if (known) {
      const isSame = known.order_number === request.merchantOrderId &&
        known.amount_fen === request.transactionAmount;
      return isSame ? known : { errCode: "REFUND_MISMATCH", errMsg: "退款单号已用于另一笔退款" };
    }
    const order = findOrder(bank, request.merchantOrderId, request.merchantCode);
    if (!order) return NOT_FOUND;
    if (order.paid_fen === null) return { errCode: "ORDER_NOT_PAID", errMsg: "订单未支付" };
    const refuse = bank.faults.take("aggregate_pay", "refund", "refuse");
    if (refuse) return { errCode: "REFUND_DECLINED", errMsg: refuse.text };
    if (bank.faults.take("aggregate_pay", "refund", "account_closed")) {
      return { errCode: "ACCOUNT_CLOSED", errMsg: "原付款账户已注销" };
    }
    if (order.refunded_fen + request.transactionAmount > order.paid_fen) {
      return { errCode: "REFUND_EXCEEDS", errMsg: "退款金额超过可退金额" };
    }
    const slow = bank.faults.take("aggregate_pay", "refund", "slow_refund");
    const refund: RefundRow = {
      number: request.refundRequestId,
      order_number: order.number,
      channel_number: channelNumber(bank, "R"),
      amount_fen: request.transactionAmount,
      status: slow ? "PROCESSING" : "SUCCESS",
      at_ms: inMs(bank, slow?.ms ?? 0),
    };
    const refunded_fen = order.refunded_fen + refund.amount_fen;
    putOrder(bank, { ...order, status: "REFUND", refunded_fen });
    bank.store.putRefund(refund);
    return refund;
  });
}
