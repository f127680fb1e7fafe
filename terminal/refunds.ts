import type { RefundView, RequestRefundBody } from "../server/modules/refund/contract.ts";
import { askRefund, requestRefund } from "./platform_calls.ts";
import { type ReturnAnswer, Returns, type ReturnsDeps } from "./returns.ts";
import { refundSlip } from "./slips/refund_slip.ts";

type Asked = Omit<RequestRefundBody, "id">;
export type Refunds = Returns<Asked, RefundView>;
export type RefundAnswer = ReturnAnswer<RefundView>;

/** What a patient paid, or lines of it (R-REF-06). */
export function openRefunds(deps: ReturnsDeps<RefundView>): Refunds {
  return new Returns<Asked, RefundView>(deps, {
    request: requestRefund,
    ask: askRefund,
    slip: refundSlip,
  });
}
