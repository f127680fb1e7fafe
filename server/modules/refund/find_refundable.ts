import type { Kysely } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import type { CreateOrderDeps } from "../checkout/create_order.ts";
import type { CheckoutDb } from "../checkout/legs.ts";
import { type Order, ORDER_CHANGED, type OrderSite, rulesOf } from "../checkout/order.ts";
import { paidKind } from "../checkout/order_payable.ts";
import type { Returnable } from "../checkout/payable.ts";
import { type RefundFigures, refundFigures } from "../checkout/refund_figures.ts";
import { findStanding, type Standing } from "../checkout/standing.ts";
import type { RefundLimits } from "../settings/setting.ts";
import type { Refundable, RefundBar } from "./contract.ts";
import { type BarFacts, needsApproval, refundBars } from "./refund_bars.ts";
import { findLast, type RequestRow, selectRequestsOf } from "./store.ts";
import type { RefundTables } from "./tables.ts";

export interface RefundDeps extends Omit<CreateOrderDeps, "db"> {
  readonly db: Kysely<CheckoutDb & RefundTables>;
  readonly limitsAt: (terminalId: string) => Promise<RefundLimits>;
}

/** What is known of an order that somebody wants back. */
export interface FoundRefundable {
  readonly refundable: Refundable;
  readonly where: OrderSite;
  /** Null where a bar stands in the way of knowing more. */
  readonly standing: Standing | null;
  readonly his: Returnable | null;
  /** The order's last refund, seen to have ended; what `takeTurn` goes by. */
  readonly last: string | null;
}

export interface WhoAsks {
  readonly by: "patient" | "staff";
  /** Whose rules count for a patient; the order's own terminal otherwise. */
  readonly terminalId?: string;
  /** A request that waits itself is not in its own way. */
  readonly except?: string;
}

/** Whether an order can be given back now, by our books, HIS and the rules (R-REF-04). */
export async function findRefundable(
  deps: RefundDeps,
  order: Order,
  who: WhoAsks,
): Promise<FoundRefundable> {
  const where = await deps.siteOf(order);
  const requests = await selectRequestsOf(deps.db, [order.id]);
  const last = await findLast(deps.db, order.id);
  const base = { refundable: unknownYet(order), where, standing: null, his: null, last };
  const refundIds = requests.filter(({ state }) => state === "begun").map(({ id }) => id);
  const standing = await standingOf(deps, { order, refundIds, where });
  if (standing === "needs_person" || standing === null) {
    return barred(base, standing === null ? "not_paid" : standing);
  }
  const isWaiting = requests.some((row) => row.state === "asked" && row.id !== who.except);
  if (standing.openRefund || isWaiting || !isKnown(last, requests)) {
    return barred({ ...base, standing }, "in_another_refund");
  }
  if (standing.isGone) return barred({ ...base, standing }, "already_refunded");
  const his = await returnableAt(deps, standing, where);
  if (his === null) return barred({ ...base, standing }, "his_unavailable");
  if (his.state !== "posted") return barred({ ...base, standing, his }, "needs_person");
  const limits = await deps.limitsAt(who.terminalId ?? order.terminalId);
  const facts = factsOf(standing, { his, limits, by: who.by, now: deps.clock.now() });
  return { ...base, standing, his, refundable: refundableOf(standing, his, facts) };
}

/** The pointer is of a request that was read; else somebody was faster between the two reads. */
function isKnown(last: string | null, requests: readonly RequestRow[]): boolean {
  return last === null || requests.some(({ id }) => id === last);
}

async function standingOf(
  deps: RefundDeps,
  { order, refundIds, where }: {
    readonly order: Order;
    readonly refundIds: readonly string[];
    readonly where: OrderSite;
  },
): Promise<Standing | null | "needs_person"> {
  try {
    return await findStanding(deps, { order, refundIds, rules: rulesOf(where.profile) });
  } catch (thrown) {
    const isKnownReason = thrown instanceof DomainError &&
      [ORDER_CHANGED, "refund.details_erased"].includes(thrown.code);
    if (isKnownReason) return "needs_person";
    throw thrown;
  }
}

async function returnableAt(
  { payables }: RefundDeps,
  { order, base }: Standing,
  { site }: OrderSite,
): Promise<Returnable | null> {
  const outcome = await payables[paidKind(order.payable)].findReturnable({
    orderId: base.id,
    site,
  });
  return outcome.kind === "done" ? outcome.value : null;
}

function factsOf(
  standing: Standing,
  { his, limits, by, now }: {
    readonly his: Extract<Returnable, { state: "posted" }>;
    readonly limits: RefundLimits;
    readonly by: WhoAsks["by"];
    readonly now: Date;
  },
): BarFacts {
  const { returned, valueFen } = wholeOf(standing);
  const { order, priced } = standing;
  const states = priced.visit.lines.map((_line, place) => lineState(standing, his, place));
  return {
    by,
    paidAt: order.completedAt ?? order.at,
    now,
    valueFen,
    isInsured: returned.insurance !== null,
    kind: paidKind(order.payable),
    isRendered: his.rendered || (states.length > 0 && !states.includes("open")),
    limits,
  };
}

/** How a line stands by our books and HIS's. */
export function lineState(
  { priced, returned }: Standing,
  his: Returnable,
  place: number,
): "open" | "rendered" | "returned" {
  if (returned.has(place)) return "returned";
  if (his.state !== "posted") return "open";
  if (his.rendered) return "rendered";
  const source = priced.sources?.[place];
  const known = source &&
    his.lines.find((line) =>
      line.billId === source.billId && line.lineNumber === source.lineNumber
    );
  return known?.state ?? "open";
}

function wholeOf(standing: Standing): RefundFigures {
  return refundFigures(standing, null);
}

function refundableOf(
  standing: Standing,
  his: Extract<Returnable, { state: "posted" }>,
  facts: BarFacts,
): Refundable {
  const { order, priced } = standing;
  const { returned } = wholeOf(standing);
  const { insurance, total, cash } = returned;
  return {
    ...unknownYet(order),
    title: priced.title,
    valueFen: total.toString(),
    cashFen: cash.toString(),
    insuranceFen: insurance ? (total - cash).toString() : "0",
    lines: priced.visit.lines.map((line, place) => ({
      place,
      name: line.name,
      quantity: line.quantity,
      amountFen: line.amountFen.toString(),
      state: lineState(standing, his, place),
    })),
    wholeOnly: facts.kind === "registration" || priced.sources === undefined,
    bars: refundBars(facts),
    needsApproval: needsApproval(facts),
  };
}

function unknownYet(order: Order): Refundable {
  return {
    orderId: order.id,
    orderNumber: order.number,
    title: "",
    kind: paidKind(order.payable),
    paidAt: (order.completedAt ?? order.at).toISOString(),
    valueFen: "0",
    cashFen: "0",
    insuranceFen: "0",
    lines: [],
    wholeOnly: true,
    bars: [],
    needsApproval: false,
  };
}

function barred(found: FoundRefundable, bar: RefundBar): FoundRefundable {
  return { ...found, refundable: { ...found.refundable, bars: [bar] } };
}
