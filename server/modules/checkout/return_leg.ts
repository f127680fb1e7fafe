import { invariant } from "../../platform/errors.ts";
import type { Fen } from "../../platform/money.ts";
import type { Outcome } from "../../platform/outcome.ts";
import type { InsuranceSite } from "../insurance/claim_visit.ts";
import type { Payable } from "./contract.ts";
import { untold } from "./fulfilment_leg.ts";
import type { Ask, LegAnswer } from "./leg.ts";
import type { Order } from "./order.ts";
import type { OrderPayable, RefundPayable } from "./order_payable.ts";
import type { PayableWork, PricedPayable, SourceLine } from "./payable.ts";

/** What a refund goes back to. */
export interface ReturnSource {
  /** Under whose id HIS and insurance hold it. */
  readonly base: Pick<Order, "id" | "at">;
  /** As HIS priced the base. */
  readonly priced: PricedPayable;
  /** How the cash was paid; null when none was. */
  readonly paid: { readonly tradeId: string; readonly reference: string | null } | null;
}

interface Wanted {
  readonly returnId: string;
  readonly payable: RefundPayable;
  readonly total: Fen;
  readonly source: ReturnSource;
}

/** Carries to HIS what a refund asks of it. */
export async function returnCall(
  work: PayableWork,
  { site, ask, wanted }: {
    readonly site: InsuranceSite;
    readonly ask: Ask;
    readonly wanted: Wanted;
  },
): Promise<LegAnswer> {
  const { returnId, payable, total, source } = wanted;
  const context = { orderId: source.base.id, site };
  if (ask === "find") return foundAnswer(await work.findReturn(context, returnId), wanted);
  invariant(ask === "perform", "a return is asked for and looked up, nothing else");
  const lines = payable.lines && chosenLines(source.priced, payable.lines);
  const { rest } = payable;
  const outcome = await work.returnFulfilment(context, { returnId, lines, rest, total });
  return outcome.kind === "done" ? returned(wanted) : outcome;
}

function foundAnswer(outcome: Outcome<"returned" | "absent">, wanted: Wanted): LegAnswer {
  if (outcome.kind !== "done") return untold(outcome);
  return outcome.value === "returned" ? returned(wanted) : { kind: "absent" };
}

function returned({ returnId, total }: Wanted): LegAnswer {
  const split = { total, fund: 0n, account: 0n, other: 0n, cash: 0n };
  return { kind: "done", split, reference: returnId };
}

function chosenLines({ sources = [] }: PricedPayable, lines: readonly number[]): SourceLine[] {
  return lines.map((line) => {
    const source = sources[line];
    if (!source) throw new RangeError(`Cannot give back line ${line}: the order has none`);
    return source;
  });
}

/** What HIS posts for an order; of a refund, the bills with lines that are kept. */
export function settledAnew(payable: OrderPayable): Payable {
  return payable.kind === "refund" ? { kind: "bills", billIds: payable.bills } : payable;
}
