import { invariant } from "../../../platform/errors.ts";
import type { CardDeps } from "../card/card_deps.ts";
import { collectCard } from "../card/collect_card.ts";
import { closeSale, querySale } from "../card/query_sale.ts";
import { queryReturn, returnToCard } from "../card/return_card.ts";
import type { TenderChannel } from "../channel.ts";

/** Bank cards, and the financial accounts of social-security cards, through the card host. */
export function cardHostChannel(deps: CardDeps): TenderChannel {
  return {
    async collect(trade, { presented }) {
      invariant(presented?.kind === "card", "a tender by card comes with its card");
      return await collectCard(deps, trade, presented.card);
    },
    query: (trade) => querySale(deps, trade),
    close: (trade) => closeSale(deps, trade),
    refund: (trade, refund) => returnToCard(deps, trade, refund),
    queryRefund: (_trade, refund) => queryReturn(deps, refund),
  };
}
