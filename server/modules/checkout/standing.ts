import { DomainError } from "../../platform/errors.ts";
import { parsePriced } from "./legs.ts";
import { type Order, orderKey } from "./order.ts";
import type { PricedPayable } from "./payable.ts";
import type { RefundSourceDeps } from "./refund_source.ts";
import { isFulfilled, legOfKind, type SagaRules, stateOf } from "./saga.ts";
import { findOrder } from "./store.ts";

/** What of a paid order stands after its refunds so far. */
export interface Standing {
  readonly order: Order;
  /** Under whose id HIS and insurance hold what stands: the order, or its last resettling refund. */
  readonly base: Order;
  readonly priced: PricedPayable;
  /** Lines of the base that were given back, by their place. */
  readonly returned: ReadonlySet<number>;
  /** Nothing is left: a refund took all back. */
  readonly isGone: boolean;
  /** Of its refunds, one that has not ended. */
  readonly openRefund: Order | null;
}

/**
 * Null for an order that does not stand: unpaid, unwound, or never there. `refundIds` are all the
 * order ever had, oldest first.
 */
export async function findStanding(
  deps: RefundSourceDeps,
  { order, refundIds, rules }: {
    readonly order: Order;
    readonly refundIds: readonly string[];
    readonly rules: SagaRules;
  },
): Promise<Standing | null> {
  if (!stands(order, rules)) return null;
  const found = await Promise.all(
    refundIds.map((id) => findOrder(deps.db, deps.tags, orderKey(id))),
  );
  const refunds = found.filter((refund) => refund !== null);
  const left = refunds.reduce<Left>((before, refund) => after(before, refund, rules), {
    base: order,
    returned: new Set(),
    isGone: false,
    openRefund: null,
  });
  return { order, ...left, priced: await pricedOf(deps, left.base) };
}

/** Completed, with no surplus on its way back. */
function stands({ payable, saga }: Order, rules: SagaRules): boolean {
  return payable.kind !== "refund" && isFulfilled(saga) && stateOf(saga, rules) === "completed" &&
    saga.legs.every((leg) => leg.kind !== "surplus" || leg.state === "done");
}

type Left = Omit<Standing, "order" | "priced">;

function after(left: Left, refund: Order, rules: SagaRules): Left {
  const state = stateOf(refund.saga, rules);
  if (state === "unwound" || refund.payable.kind !== "refund") return left;
  if (state !== "completed") return { ...left, openRefund: refund };
  const { lines, rest } = refund.payable;
  if (lines === null) return { ...left, isGone: true };
  if (rest === "stays") return { ...left, returned: left.returned.union(new Set(lines)) };
  const isAnew = refund.saga.stop === null &&
    legOfKind(refund.saga, "fulfilment")?.state === "done";
  return isAnew ? { ...left, base: refund, returned: new Set() } : { ...left, isGone: true };
}

async function pricedOf(deps: RefundSourceDeps, base: Order): Promise<PricedPayable> {
  if (!base.pricedSealed) {
    throw new DomainError("refund.details_erased", `Cannot refund order "${base.id}": no details`);
  }
  return parsePriced(await deps.sealer.open("checkout_order.priced", base.pricedSealed));
}
