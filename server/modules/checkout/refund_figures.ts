import { DomainError } from "../../platform/errors.ts";
import type { Split } from "./leg.ts";
import { paidKind, type RefundPayable } from "./order_payable.ts";
import type { Returned } from "./refund_legs.ts";
import { legOfKind } from "./saga.ts";
import type { Standing } from "./standing.ts";

export interface RefundFigures {
  readonly payable: RefundPayable;
  readonly returned: Returned;
  /** What the lines cost that go back. */
  readonly valueFen: bigint;
}

/**
 * What giving these lines back, or all that stands (null), comes to. Throws DomainError
 * `refund.unknown_lines` for lines that do not stand, `refund.lines_unknown` where HIS's names of
 * the lines were never written down.
 */
export function refundFigures(standing: Standing, wanted: readonly number[] | null): RefundFigures {
  const { order, base, priced, returned } = standing;
  const { lines } = priced.visit;
  const open = lines.map((_line, place) => place).filter((place) => !returned.has(place));
  const chosen = wanted === null ? open : [...new Set(wanted)].sort((left, right) => left - right);
  if (chosen.some((place) => !open.includes(place)) || chosen.length === 0) {
    throw new DomainError("refund.unknown_lines", "Cannot refund: a line does not stand");
  }
  const sum = (places: readonly number[]) =>
    places.reduce((total, place) => total + (lines[place]?.amountFen ?? 0n), 0n);
  const total = returned.size === 0 ? base.saga.quote?.total ?? sum(open) : sum(open);
  const insurance = claimOf(standing);
  const cash = total - (insurance ? insurance.fund + insurance.account + insurance.other : 0n);
  const of = paidKind(order.payable);
  const place = { kind: "refund", orderId: order.id, of, baseId: base.id } as const;
  if (chosen.length === open.length) {
    const payable = { ...place, lines: null, rest: "stays" as const, bills: [] };
    return { payable, returned: { total, insurance, keptTotal: null, cash }, valueFen: total };
  }
  const { sources } = priced;
  if (sources?.length !== lines.length) {
    throw new DomainError("refund.lines_unknown", "Cannot refund single lines of this order");
  }
  const valueFen = sum(chosen);
  if (!insurance) {
    const payable = { ...place, lines: chosen, rest: "stays" as const, bills: [] };
    const given = { total: valueFen, insurance: null, keptTotal: null, cash: valueFen };
    return { payable, returned: given, valueFen };
  }
  const kept = open.filter((line) => !chosen.includes(line));
  const bills = [...new Set(kept.flatMap((line) => sources[line]?.billId ?? []))];
  const payable = { ...place, lines: chosen, rest: "unpaid" as const, bills };
  return { payable, returned: { total, insurance, keptTotal: total - valueFen, cash }, valueFen };
}

/** Giving back so much of a deposit; no more of it than stands. */
export function depositFigures({ order, base, givenFen }: Standing, amount: bigint): RefundFigures {
  const left = (order.saga.quote?.cash ?? 0n) - givenFen;
  if (order.payable.kind !== "deposit" || amount <= 0n || amount > left) {
    throw new DomainError("refund.unknown_lines", `Cannot refund ${amount} fen of the order`);
  }
  const payable: RefundPayable = {
    kind: "refund",
    orderId: order.id,
    of: "deposit",
    baseId: base.id,
    lines: null,
    rest: "stays",
    bills: [],
    amountFen: amount.toString(),
  };
  const returned = { total: amount, insurance: null, keptTotal: null, cash: amount };
  return { payable, returned, valueFen: amount };
}

/** What insurance settled for what stands; null when it had no part. */
function claimOf({ base }: Standing): Split | null {
  const claim = legOfKind(base.saga, "insurance");
  return claim?.state === "done" ? claim.split : null;
}
