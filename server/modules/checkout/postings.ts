import type { Account, Posting } from "../ledger/posting.ts";
import { channelOf } from "../payment/channel.ts";
import type { Order } from "./order.ts";
import { activeTender, type Leg } from "./saga.ts";

/** Did this answer move a leg's money for the first time? */
export function hasMoved(before: Leg, after: Leg): boolean {
  const wasBack = before.state === "undoing" || before.state === "undo_unknown";
  return after.state === "done" && before.state !== "done" && !wasBack;
}

export function hasMovedBack(before: Leg, after: Leg): boolean {
  return after.state === "undone" && before.state !== "undone";
}

/** Stated done, and taken out of the books again: no leg goes from done to stuck by itself. */
export function isCorrected({ kind, state }: Leg, after: Leg): boolean {
  return kind.endsWith("_return") && state === "done" && after.state === "stuck";
}

/** The postings of what a leg moved (rule 8): all money waits in the hold until HIS has posted it. */
export function postingsOf(order: Pick<Order, "saga" | "choices">, leg: Leg): Posting[] {
  const { split } = leg;
  if (!split) return [];
  switch (leg.kind) {
    case "tender":
      return [{ debit: clearingOf(order, leg), credit: "patient:hold", amount: split.cash }];
    case "surplus":
      return [{
        debit: "patient:hold",
        credit: clearingOf(order, activeTender(order.saga)),
        amount: split.cash,
      }];
    case "insurance":
      return [
        { debit: "insurance:fund", credit: "patient:hold", amount: split.fund },
        { debit: "insurance:account", credit: "patient:hold", amount: split.account },
        { debit: "insurance:other", credit: "patient:hold", amount: split.other },
      ];
    case "fulfilment":
      return [{ debit: "patient:hold", credit: "his:posted", amount: split.total }];
    case "fulfilment_return":
      return [{ debit: "his:posted", credit: "patient:hold", amount: split.total }];
    case "insurance_return":
      return [
        { debit: "patient:hold", credit: "insurance:fund", amount: split.fund },
        { debit: "patient:hold", credit: "insurance:account", amount: split.account },
        { debit: "patient:hold", credit: "insurance:other", amount: split.other },
      ];
    case "cash_return":
      return [{ debit: "patient:hold", credit: clearingOf(order, leg), amount: split.cash }];
    default:
      return leg.kind satisfies never;
  }
}

/** Where a tender's cash lands, and what is given back of it comes from. */
function clearingOf({ choices }: Pick<Order, "choices">, tender: Leg | undefined): Account {
  const choice = tender && choices.get(tender.n);
  if (!choice) throw new Error("Cannot book cash: no tender was chosen for it");
  return `channel:${channelOf(choice.mode)}`;
}
