import { type Leg, stateOf } from "../../../server/modules/checkout/saga.ts";
import type { Truth } from "./laws.ts";
import type { OrderRow, RefundOf } from "./order_row.ts";
import { isAnewOf, isOpen } from "./refund_order.ts";
import { RULES } from "./rules.ts";
import { hold } from "./violation.ts";

/** What must hold of refunds besides what holds of any order. */

export function checkOneOpen(after: OrderRow, refunds: readonly OrderRow[]): void {
  hold(
    refunds.filter(isOpen).length <= 1,
    () => `two refunds of one order go on at the same time: ${after.id}`,
  );
}

/** Only what the party really gave back counts as given back, and a refusal moved nothing. */
export function checkReturn(
  truth: Truth,
  { row, refund, leg }: {
    readonly row: OrderRow;
    readonly refund: RefundOf;
    readonly leg: Leg;
  },
  what: () => string,
): void {
  const at = () => `leg ${leg.n} ${leg.kind} is ${leg.state}: ${what()}`;
  if (leg.state === "done") {
    hold(isBack(truth, { row, refund, leg }), () => `nothing went back, yet ${at()}`);
  }
  if (leg.state === "refused") {
    hold(!isBack(truth, { row, refund, leg }), () => `it went back, yet ${at()}`);
  }
}

function isBack(
  truth: Truth,
  { row, refund, leg }: {
    readonly row: OrderRow;
    readonly refund: RefundOf;
    readonly leg: Leg;
  },
): boolean {
  switch (leg.kind) {
    case "fulfilment_return":
      return truth.his.returns.has(row.id);
    case "insurance_return":
      return truth.insurance.split(refund.baseId) === null;
    default: {
      const trade = truth.channel.trades.get(refund.choice?.tradeId ?? "");
      return trade?.refunds.get(`${row.id}c`) === leg.amount;
    }
  }
}

/** What of a paid order is not given back, by the refunds that came to their end. */
export function standsAtRest(order: OrderRow, refunds: readonly OrderRow[]): bigint {
  const ended = refunds.filter(({ saga }) => stateOf(saga, RULES) === "completed");
  let base = order;
  for (let anew: OrderRow | undefined = order; anew; anew = ended.find(isAnewOf(base))) base = anew;
  let stands = base.lines.reduce((sum, line) => sum + line, 0n);
  for (const { refund } of ended) {
    if (refund?.baseId !== base.id) continue;
    if (refund.lines === null || refund.kept !== null) return 0n;
    for (const place of refund.lines) stands -= base.lines[place] ?? 0n;
  }
  return stands;
}
