import type {
  StaffRequestPage,
  StaffRequestQuery,
} from "../../../server/modules/billing/requests/contract.ts";
import type {
  ConsoleOrder,
  InFlightQuery,
  InFlightReply,
  OrderActBody,
  OrderPage,
  OrderQuery,
} from "../../../server/modules/checkout/console/contract.ts";
import type { StaffDischargeBody } from "../../../server/modules/inpatient/console/contract.ts";
import type { DischargeOffer, DischargeView } from "../../../server/modules/inpatient/contract.ts";
import type {
  PostingPage,
  PostingQuery,
  TrialBalanceQuery,
  TrialBalanceReply,
} from "../../../server/modules/ledger/contract.ts";
import type {
  ConsoleRefund,
  DecideRefundActBody,
  DecideRefundBody,
  RefundActBody,
  RefundPage,
  RefundQuery,
  StaffRefundBody,
} from "../../../server/modules/refund/console/contract.ts";
import type { Refundable } from "../../../server/modules/refund/contract.ts";
import type { PartyHealthReply } from "../../../server/party_health/contract.ts";
import type { Asks, Bare, Endpoint, OfOne, Sends } from "../endpoint.ts";

interface OfAct {
  readonly path: { readonly id: string; readonly actId: string };
}

/** Orders and their money, the books, and the lines to the parties. */
export interface MoneyEndpoints {
  readonly "GET /orders": Endpoint<Asks<OrderQuery>, OrderPage>;
  readonly "GET /orders/in-flight": Endpoint<Asks<InFlightQuery>, InFlightReply>;
  readonly "GET /orders/{id}": Endpoint<OfOne, ConsoleOrder>;
  readonly "POST /orders/{id}/ask-again": Endpoint<OfOne, ConsoleOrder>;
  readonly "POST /orders/{id}/acts": Endpoint<OfOne & Sends<OrderActBody>, ConsoleOrder>;
  readonly "POST /orders/{id}/acts/{actId}/approve": Endpoint<OfAct, ConsoleOrder>;
  readonly "POST /orders/{id}/acts/{actId}/reject": Endpoint<OfAct, ConsoleOrder>;
  readonly "GET /payment-requests": Endpoint<Asks<StaffRequestQuery>, StaffRequestPage>;
  readonly "GET /refunds": Endpoint<Asks<RefundQuery>, RefundPage>;
  readonly "GET /refunds/{id}": Endpoint<OfOne, ConsoleRefund>;
  readonly "GET /orders/{id}/refundable": Endpoint<OfOne, Refundable>;
  readonly "GET /orders/{id}/discharge": Endpoint<OfOne, DischargeOffer>;
  readonly "POST /discharge-refunds": Endpoint<Sends<StaffDischargeBody>, DischargeView>;
  readonly "POST /refunds": Endpoint<Sends<StaffRefundBody>, ConsoleRefund>;
  readonly "POST /refunds/{id}/decide": Endpoint<OfOne & Sends<DecideRefundBody>, ConsoleRefund>;
  readonly "POST /refunds/{id}/withdraw": Endpoint<OfOne, ConsoleRefund>;
  readonly "POST /refunds/{id}/acts": Endpoint<OfOne & Sends<RefundActBody>, ConsoleRefund>;
  readonly "POST /refunds/{id}/acts/{actId}/decide": Endpoint<
    OfAct & Sends<DecideRefundActBody>,
    ConsoleRefund
  >;
  readonly "GET /ledger/trial-balance": Endpoint<Asks<TrialBalanceQuery>, TrialBalanceReply>;
  readonly "GET /ledger/trial-balance/export": Endpoint<Asks<TrialBalanceQuery>, string>;
  readonly "GET /ledger/postings": Endpoint<Asks<PostingQuery>, PostingPage>;
  readonly "GET /parties/health": Endpoint<Bare, PartyHealthReply>;
}
