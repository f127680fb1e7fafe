import type { ClaimContext } from "../../server/modules/insurance/claim.ts";
import type { Ask, LegAnswer } from "../../server/modules/insurance/leg_answer.ts";
import type { Stage } from "../../server/modules/insurance/claim_stage_test.ts";
import type { InsuranceAdapter } from "../../server/modules/insurance/insurance_leg.ts";
import { newId, timeOfId } from "../../server/platform/ids.ts";
import type { TestDb } from "../db.ts";

/** What a flow does to a party, whatever its calls are named. */
export type InsuranceStep = "quote" | "settle" | "void";

/** One way to settle with insurance on a stage of its own, for the flows that all of them pass. */
export interface InsuranceRig {
  readonly name: string;
  open(own: TestDb): Promise<InsuranceStage>;
}

export interface InsuranceStage extends AsyncDisposable {
  readonly stage: Stage;
  newOrder(): Promise<ClaimContext>;
  ask(context: ClaimContext, ask: Ask): Promise<LegAnswer>;
  /** Of a refund of its own over the claim of `original`. */
  askReturn(original: ClaimContext, ask: Ask): Promise<LegAnswer>;
  lose(step: InsuranceStep, what: "lose_request" | "lose_answer"): void;
  refuse(step: InsuranceStep): void;
  /** The figures of the next one contradict each other. */
  misstate(step: "quote" | "settle"): void;
}

/** Puts one ask to an adapter, as checkout does. */
export async function askAdapter(
  { deps }: Stage,
  adapter: InsuranceAdapter,
  { context, ask }: { readonly context: ClaimContext; readonly ask: Ask },
): Promise<LegAnswer> {
  const errand = await deps.db.transaction().execute((tx) => adapter.claim(tx, context, ask));
  return await errand.call();
}

export async function askAdapterBack(
  { deps }: Stage,
  adapter: InsuranceAdapter,
  { original, ask }: { readonly original: ClaimContext; readonly ask: Ask },
): Promise<LegAnswer> {
  const refundId = newId(deps.clock.now());
  const { orderId, at } = original;
  const context = {
    ...original,
    orderId: refundId,
    at: timeOfId(refundId),
    original: { orderId, at },
  };
  const errand = await deps.db.transaction().execute((tx) => adapter.giveBack(tx, context, ask));
  return await errand.call();
}
