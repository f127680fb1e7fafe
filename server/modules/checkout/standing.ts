import { DomainError } from "../../platform/errors.ts";
import { sumFen } from "../../platform/money.ts";
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
  /** Of a deposit: what went back of it; zero of anything else, which goes back in lines. */
  readonly givenFen: bigint;
  /** Nothing is left: a refund took all back. */
  readonly isGone: boolean;
  /** Of its refunds, one that has not ended. */
  readonly openRefund: Order | null;
}

/**
 * Null for an order that does not stand: unpaid, unwound, or never there. `refundIds` are all the
 * order ever had.
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
  const left = leftOf(order, refunds, rules);
  return { order, ...left, priced: await pricedOf(deps, left.base) };
}

/** Completed, with no surplus on its way back. */
function stands({ payable, saga }: Order, rules: SagaRules): boolean {
  return payable.kind !== "refund" && isFulfilled(saga) && stateOf(saga, rules) === "completed" &&
    saga.legs.every((leg) => leg.kind !== "surplus" || leg.state === "done");
}

type Left = Omit<Standing, "order" | "priced">;

/**
 * Follows the refunds by whose remains each took from, never by their ids: those are made by other
 * clocks than ours.
 */
function leftOf(order: Order, refunds: readonly Order[], rules: SagaRules): Left {
  const states = refunds.map((refund) => ({ refund, state: stateOf(refund.saga, rules) }));
  const open = states.find(({ state }) => state !== "completed" && state !== "unwound");
  const ended = states.filter(({ state }) => state === "completed").map(({ refund }) => refund);
  let base = order;
  for (let anew: Order | undefined = order; anew; anew = ended.find(isAnewOf(base))) base = anew;
  const taken = ended.flatMap(({ payable, saga }) =>
    payable.kind === "refund" && payable.baseId === base.id ? [{ payable, saga }] : []
  );
  const givenFen = sumFen(taken.map(({ payable }) => BigInt(payable.amountFen ?? "0")));
  return {
    base,
    returned: new Set(taken.flatMap(({ payable }) => payable.lines ?? [])),
    givenFen,
    isGone: order.payable.kind === "deposit"
      ? givenFen >= (order.saga.quote?.total ?? 0n)
      : taken.some(({ payable }) => payable.lines === null || payable.rest === "unpaid"),
    openRefund: open?.refund ?? null,
  };
}

/** Did this refund settle anew what it kept of that base? */
function isAnewOf({ id }: Order): (refund: Order) => boolean {
  return ({ payable, saga }) =>
    payable.kind === "refund" && payable.baseId === id && saga.stop === null &&
    legOfKind(saga, "fulfilment")?.state === "done";
}

async function pricedOf(deps: RefundSourceDeps, base: Order): Promise<PricedPayable> {
  if (!base.pricedSealed) {
    throw new DomainError("refund.details_erased", `Cannot refund order "${base.id}": no details`);
  }
  return parsePriced(await deps.sealer.open("checkout_order.priced", base.pricedSealed));
}
