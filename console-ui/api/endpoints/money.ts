import type {
  ConsoleOrder,
  OrderActBody,
  OrderPage,
  OrderQuery,
} from "../../../server/modules/checkout/console/contract.ts";
import type { TrialBalanceReply } from "../../../server/modules/ledger/contract.ts";
import type { PartyHealthReply } from "../../../server/party_health/contract.ts";
import type { Asks, Bare, Endpoint, OfOne, Sends } from "../endpoint.ts";

interface OfAct {
  readonly path: { readonly id: string; readonly actId: string };
}

/** Orders and their money, the books, and the lines to the parties. */
export interface MoneyEndpoints {
  readonly "GET /orders": Endpoint<Asks<OrderQuery>, OrderPage>;
  readonly "GET /orders/{id}": Endpoint<OfOne, ConsoleOrder>;
  readonly "POST /orders/{id}/ask-again": Endpoint<OfOne, ConsoleOrder>;
  readonly "POST /orders/{id}/acts": Endpoint<OfOne & Sends<OrderActBody>, ConsoleOrder>;
  readonly "POST /orders/{id}/acts/{actId}/approve": Endpoint<OfAct, ConsoleOrder>;
  readonly "POST /orders/{id}/acts/{actId}/reject": Endpoint<OfAct, ConsoleOrder>;
  readonly "GET /ledger/trial-balance": Endpoint<
    Asks<{ readonly day: string }>,
    TrialBalanceReply
  >;
  readonly "GET /parties/health": Endpoint<Bare, PartyHealthReply>;
}
