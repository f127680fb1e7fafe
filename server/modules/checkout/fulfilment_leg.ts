import type { Outcome } from "../../platform/outcome.ts";
import type { Ask, LegAnswer, Split } from "./leg.ts";
import type {
  Fulfilled,
  FulfilmentNotice,
  PayableContext,
  PayableWork,
  PricedPayable,
} from "./payable.ts";

export interface FulfilmentResult {
  readonly answer: LegAnswer;
  readonly priced: PricedPayable | null;
  readonly fulfilled: Fulfilled | null;
}

/** Carries an ask to HIS and says its answer in the saga's words. */
export async function fulfilmentCall(
  work: PayableWork,
  { context, ask, notice }: { context: PayableContext; ask: Ask; notice: FulfilmentNotice },
): Promise<FulfilmentResult> {
  switch (ask) {
    case "prepare": {
      const outcome = await work.price(context);
      if (outcome.kind !== "done") return plain(outcome);
      const answer = done(totalOnly(outcome.value.total), null);
      return { answer, priced: outcome.value, fulfilled: null };
    }
    case "perform": {
      const outcome = await work.fulfil(context, notice);
      if (outcome.kind !== "done") return plain(outcome);
      const answer = done(totalOnly(notice.split.total), outcome.value.receiptNumber);
      return { answer, priced: null, fulfilled: outcome.value };
    }
    case "find":
      return await find(work, context, notice);
    case "find_undo":
      return await findUndo(work, context);
    case "close":
    case "undo":
      return simple(await work.cancelFulfilment(context));
    case "release":
      return simple(await work.release(context));
    default:
      return ask satisfies never;
  }
}

async function find(
  work: PayableWork,
  context: PayableContext,
  notice: FulfilmentNotice,
): Promise<FulfilmentResult> {
  const outcome = await work.findFulfilment(context);
  if (outcome.kind !== "done") return only(untold(outcome));
  const found = outcome.value;
  if (found.state === "absent") return only({ kind: "absent" });
  if (found.state === "cancelled") {
    return only({ kind: "refused", code: "his.posting_cancelled", text: "posting was cancelled" });
  }
  const answer = done(totalOnly(notice.split.total), found.receiptNumber);
  const fulfilled = { receiptNumber: found.receiptNumber, guidance: found.guidance };
  return { answer, priced: null, fulfilled };
}

async function findUndo(work: PayableWork, context: PayableContext): Promise<FulfilmentResult> {
  const outcome = await work.findFulfilment(context);
  if (outcome.kind !== "done") return only(untold(outcome));
  // Without its mark the cancelling never arrived, and a posting on its way may still do so.
  return only(outcome.value.state === "cancelled" ? done(null, null) : { kind: "absent" });
}

/** A refusal to tell says nothing about what HIS did. */
export function untold(outcome: Exclude<Outcome<unknown>, { kind: "done" }>): LegAnswer {
  if (outcome.kind !== "refused") return outcome;
  return { kind: "unknown", reason: `HIS refused to tell: ${outcome.code}` };
}

function simple(outcome: Outcome<null>): FulfilmentResult {
  return outcome.kind === "done" ? only(done(null, null)) : plain(outcome);
}

function plain(outcome: Exclude<Outcome<unknown>, { kind: "done" }>): FulfilmentResult {
  return only(outcome);
}

function only(answer: LegAnswer): FulfilmentResult {
  return { answer, priced: null, fulfilled: null };
}

function done(split: Split | null, reference: string | null): LegAnswer {
  return { kind: "done", split, reference };
}

function totalOnly(total: bigint): Split {
  return { total, fund: 0n, account: 0n, other: 0n, cash: 0n };
}
