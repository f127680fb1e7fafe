import type {
  ConsoleOrder,
  OrderPage,
  OrderQuery,
} from "../../../server/modules/checkout/console/contract.ts";
import type { TrialBalanceReply } from "../../../server/modules/ledger/contract.ts";
import type { PartyHealthReply } from "../../../server/party_health/contract.ts";
import type { Asks, Bare, Endpoint, OfOne } from "../endpoint.ts";

/** Orders and their money, the books, and the lines to the parties. */
export interface MoneyEndpoints {
  readonly "GET /orders": Endpoint<Asks<OrderQuery>, OrderPage>;
  readonly "GET /orders/{id}": Endpoint<OfOne, ConsoleOrder>;
  readonly "POST /orders/{id}/ask-again": Endpoint<OfOne, ConsoleOrder>;
  readonly "GET /ledger/trial-balance": Endpoint<
    Asks<{ readonly day: string }>,
    TrialBalanceReply
  >;
  readonly "GET /parties/health": Endpoint<Bare, PartyHealthReply>;
}
