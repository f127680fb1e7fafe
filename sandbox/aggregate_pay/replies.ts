import type { OrderReply, RefundReply } from "../../server/gateways/aggregate_pay/wire.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import type { OrderRow, RefundRow } from "./bank_store.ts";
import { type BankRefusal, isRefusal } from "./order_book.ts";

/** The bank's answers about orders and refunds. */

export function replyOfOrder(
  order: OrderRow | BankRefusal,
  options: { readonly publicUrl: string; readonly offByFen: number },
): OrderReply {
  if (isRefusal(order)) return order;
  return {
    errCode: "SUCCESS",
    merchantOrderId: order.number,
    orderId: order.channel_number,
    transactionAmount: (order.paid_fen ?? order.amount_fen) + options.offByFen,
    billStatus: order.status,
    ...(order.status_code && { statusCode: order.status_code, statusMsg: order.status_text }),
    ...(order.status === "UNPAID" && {
      billQRCode: `${options.publicUrl}/pay/${order.token}`,
      ...(order.expires_ms && { expireTime: chinaTime(new Date(order.expires_ms)) }),
    }),
    ...(order.paid_ms && {
      payWallet: order.wallet,
      payTime: chinaTime(new Date(order.paid_ms)),
    }),
  };
}

export function replyOfRefund(refund: RefundRow | BankRefusal): RefundReply {
  if (isRefusal(refund)) return refund;
  return {
    errCode: "SUCCESS",
    merchantOrderId: refund.order_number,
    refundRequestId: refund.number,
    refundOrderId: refund.channel_number,
    transactionAmount: refund.amount_fen,
    refundStatus: refund.status,
  };
}
