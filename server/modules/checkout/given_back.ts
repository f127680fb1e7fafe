import type { OrderView } from "./contract.ts";
import type { Split } from "./leg.ts";
import { type Order, orderKey, rulesOf } from "./order.ts";
import type { ReadOrderDeps } from "./read_order.ts";
import { type Leg, legOfKind, type Saga, type SagaRules, stateOf } from "./saga.ts";
import { findOrder } from "./store.ts";

type GivenBack = NonNullable<OrderView["refunds"]>[number];

/** What of a paid order went back, or is on its way; refunds that HIS refused are none. */
export async function givenBackOf(
  { db, tags, refundIdsOf, siteOf }: ReadOrderDeps,
  order: Order,
): Promise<GivenBack[]> {
  const ids = await refundIdsOf(order.id);
  if (ids.length === 0) return [];
  const rules = rulesOf((await siteOf(order)).profile);
  // Rows that somebody changed are told nowhere but to staff.
  const refunds = await Promise.all(
    ids.map((id) => findOrder(db, tags, orderKey(id)).catch(() => null)),
  );
  return refunds.flatMap((refund) => refund ? viewGivenBack(refund, rules) ?? [] : []);
}

function viewGivenBack(refund: Order, rules: SagaRules): GivenBack | null {
  const { saga } = refund;
  if (saga.legs[0]?.state === "refused") return null;
  const kept = keptQuote(saga);
  const claim = legOfKind(saga, "insurance_return");
  const netOf = (part: "fund" | "account") =>
    ((claim?.split?.[part] ?? 0n) - (kept?.[part] ?? 0n)).toString();
  const cash = legOfKind(saga, "cash_return");
  return {
    id: refund.id,
    state: stateOfGiven(refund, { cash, rules }),
    fundFen: netOf("fund"),
    accountFen: netOf("account"),
    cashFen: (cash?.amount ?? 0n).toString(),
    at: refund.at.toISOString(),
  };
}

function stateOfGiven(
  { saga }: Order,
  { cash, rules }: { readonly cash: Leg | undefined; readonly rules: SagaRules },
): GivenBack["state"] {
  const state = stateOf(saga, rules);
  if (state === "needs_attention") return "needs_attention";
  if (state !== "completed") return "returning";
  return cash?.state === "suspended" ? "suspended" : "returned";
}

/** What a refund's kept lines were settled to; null when there are none, or everything went back. */
export function keptQuote(saga: Saga): Split | null {
  return saga.stop === null && legOfKind(saga, "fulfilment") ? saga.quote : null;
}
