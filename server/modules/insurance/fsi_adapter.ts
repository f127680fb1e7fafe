import type { ClaimDeps } from "./claim.ts";
import { claimLeg } from "./claim_leg.ts";
import type { InsuranceAdapter } from "./insurance_leg.ts";
import { returnLeg } from "./return_leg.ts";

/** The centre itself, by the interface of designated institutions (定点医药机构接口). */
export function fsiAdapter(deps: ClaimDeps): InsuranceAdapter {
  const claim = claimLeg(deps);
  const back = returnLeg(deps);
  return {
    async claim(tx, context, ask) {
      const plan = await claim.plan(tx, context, ask);
      return { call: () => claim.call(plan) };
    },
    async giveBack(tx, context, ask) {
      const plan = await back.plan(tx, context, ask);
      return { call: () => back.call(plan) };
    },
  };
}
