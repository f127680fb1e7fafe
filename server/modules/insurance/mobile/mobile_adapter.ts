import type { Kysely } from "kysely";
import type { MobileInsuranceClient } from "../../../gateways/mobile_insurance/client.ts";
import type { MobileProfile } from "../../../gateways/mobile_insurance/profile.ts";
import type { MedicalWalletClient } from "../../../gateways/mobile_insurance/wallet_client.ts";
import type { RegionalProfile } from "../../../gateways/insurance/profile.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import { type ClaimPerson, type ClaimPlan, openPerson } from "../claim.ts";
import type { InsuranceAdapter } from "../insurance_leg.ts";
import { settlementName } from "../insurance_route.ts";
import { knownClaim, knownReturn, returned } from "../known_answer.ts";
import { type LegAnswer, NOTHING_LEFT } from "../leg_answer.ts";
import { planClaim, planReturn } from "../plan_claim.ts";
import type { ReturnPlan } from "../return_leg.ts";
import type { InsuranceTables } from "../tables.ts";
import { prepareMobile } from "./prepare_mobile.ts";
import { findMobileVoid, refundMobile } from "./refund_mobile.ts";
import { releaseMobile } from "./release_mobile.ts";
import { findMobile, settleMobile } from "./settle_mobile.ts";

export interface MobileAdapterDeps {
  readonly db: Kysely<InsuranceTables>;
  readonly centre: MobileInsuranceClient;
  readonly wallet: MedicalWalletClient;
  readonly profile: MobileProfile;
  /** What the region says in words means the same on every route. */
  readonly texts: Pick<
    RegionalProfile,
    "expiredTokenText" | "closedPeriodText" | "wrongPinText"
  >;
  readonly clock: Clock;
  readonly tags: RowTags;
  readonly sealer: Sealer;
  /** Null once he was erased. */
  readonly personOf: (
    identificationId: string,
  ) => Promise<{ readonly name: string; readonly idNumber: string } | null>;
}

/** One ask with the person opened for the length of its calls. */
export interface OpenMobile {
  readonly plan: ClaimPlan;
  readonly insured: ClaimPerson;
  readonly name: string;
  readonly idNumber: string;
}

/** The centre for mobile payment (R-PAY-12, R-PAY-13): e-vouchers, with or without a phone's cash. */
export function mobileAdapter(deps: MobileAdapterDeps): InsuranceAdapter {
  return {
    async claim(tx, context, ask) {
      const nameSettlement = () => Promise.resolve(settlementName("mobile", context.orderId));
      const plan = await planClaim(tx, deps, { context, ask, nameSettlement });
      return { call: async () => knownClaim(plan) ?? await callClaim(deps, plan) };
    },
    async giveBack(tx, context, ask) {
      const plan = await planReturn(tx, deps, { context, ask });
      return { call: async () => knownReturn(plan) ?? await giveBack(deps, plan) };
    },
  };
}

async function callClaim(deps: MobileAdapterDeps, plan: ClaimPlan): Promise<LegAnswer> {
  const open = await openMobile(deps, plan);
  if (open === null) return withoutVoucher(plan);
  switch (plan.ask) {
    case "prepare":
      return await prepareMobile(deps, open);
    case "perform":
      return await settleMobile(deps, open);
    case "find":
      return await findMobile(deps, open);
    case "undo":
      return await refundMobile(deps, open);
    case "find_undo":
      return await findMobileVoid(deps, open);
    case "release":
      return await releaseMobile(deps, open);
    case "close":
      return NOTHING_LEFT;
    default:
      return plan.ask satisfies never;
  }
}

async function giveBack(
  deps: MobileAdapterDeps,
  { ask, claim: plan }: ReturnPlan,
): Promise<LegAnswer> {
  if (plan === null) return NOTHING_LEFT;
  const open = await openMobile(deps, plan);
  if (open === null) return { kind: "refused", code: "insurance.person_erased", text: "" };
  if (ask === "release") return await releaseMobile(deps, open);
  const answer = ask === "find" ? await findMobileVoid(deps, open) : await refundMobile(deps, open);
  return answer.kind === "done" ? returned(plan.claim, answer.reference) : answer;
}

/** Null: nobody is insured, showed an e-voucher, or is still known. */
async function openMobile(
  deps: MobileAdapterDeps,
  plan: ClaimPlan,
): Promise<OpenMobile | null> {
  if (plan.coverage?.certificate_type !== "01") return null;
  const person = await deps.personOf(plan.claim.identification_id);
  return person && { plan, insured: await openPerson(deps.sealer, plan.coverage), ...person };
}

/** The centre goes by the e-voucher alone: an ID card or a social-security card is not enough. */
function withoutVoucher({ ask, coverage }: ClaimPlan): LegAnswer {
  if (ask === "find") return { kind: "absent" };
  if (ask === "undo" || ask === "find_undo" || ask === "release") return NOTHING_LEFT;
  const code = coverage === null ? "insurance.not_covered" : "insurance.voucher_needed";
  return { kind: "refused", code, text: "" };
}
