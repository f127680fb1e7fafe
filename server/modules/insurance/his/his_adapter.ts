import type { Kysely } from "kysely";
import type { HisClient } from "../../../gateways/his/client.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import type { ClaimPlan } from "../claim.ts";
import type { InsuranceAdapter } from "../insurance_leg.ts";
import { settlementName } from "../insurance_route.ts";
import { knownClaim, knownReturn, returned } from "../known_answer.ts";
import { type LegAnswer, NOTHING_LEFT } from "../leg_answer.ts";
import { planClaim, planReturn } from "../plan_claim.ts";
import type { ReturnPlan } from "../return_leg.ts";
import type { InsuranceTables } from "../tables.ts";
import { findHisClaim, prepareHisClaim, settleHisClaim } from "./claim_with_his.ts";
import { findHisVoid, releaseHisClaim, voidHisClaim } from "./void_with_his.ts";

export interface HisAdapterDeps {
  readonly db: Kysely<InsuranceTables>;
  readonly his: Pick<
    HisClient,
    "presettleClaim" | "settleClaim" | "findClaim" | "voidClaim" | "releaseClaim"
  >;
  readonly clock: Clock;
  readonly tags: RowTags;
  readonly sealer: Sealer;
  /** HIS's own number of the patient behind an identification; null once he was erased. */
  readonly hisPatientIdOf: (identificationId: string) => Promise<string | null>;
}

/**
 * HIS settles with the centre and the platform asks HIS (R-BIL-08, R-BIL-09, R-BIL-11). Every call
 * is idempotent by our order id, so a lost one is looked up and asked again, never reversed blindly.
 */
export function hisAdapter(deps: HisAdapterDeps): InsuranceAdapter {
  return {
    async claim(tx, context, ask) {
      const nameSettlement = () => Promise.resolve(settlementName("his", context.orderId));
      const plan = await planClaim(tx, deps, { context, ask, nameSettlement });
      return { call: async () => knownClaim(plan) ?? await callHis(deps, plan) };
    },
    async giveBack(tx, context, ask) {
      const plan = await planReturn(tx, deps, { context, ask });
      return { call: async () => knownReturn(plan) ?? await giveBack(deps, plan) };
    },
  };
}

function callHis(deps: HisAdapterDeps, plan: ClaimPlan): LegAnswer | Promise<LegAnswer> {
  switch (plan.ask) {
    case "prepare":
      return prepareHisClaim(deps, plan);
    case "perform":
      return settleHisClaim(deps, plan);
    case "find":
      return findHisClaim(deps, plan);
    case "undo":
      return plan.claim.settle_msgid === null ? NOTHING_LEFT : voidHisClaim(deps, plan);
    case "find_undo":
      return findHisVoid(deps, plan);
    case "release":
      return releaseHisClaim(deps, plan);
    case "close":
      return NOTHING_LEFT;
    default:
      return plan.ask satisfies never;
  }
}

async function giveBack(
  deps: HisAdapterDeps,
  { ask, claim: plan }: ReturnPlan,
): Promise<LegAnswer> {
  if (plan === null) return NOTHING_LEFT;
  if (ask === "release") return await releaseHisClaim(deps, plan);
  const answer = ask === "find" ? await findHisVoid(deps, plan) : await voidHisClaim(deps, plan);
  if (answer.kind !== "done") return answer;
  await releaseHisClaim(deps, plan);
  return returned(plan.claim, answer.reference);
}
