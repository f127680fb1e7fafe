import type { Transaction } from "kysely";
import { type ClaimContext, type ClaimDeps, type ClaimPlan, openPerson } from "./claim.ts";
import type { OpenClaim } from "./find_settlement.ts";
import { type Ask, type LegAnswer, NOTHING_LEFT } from "./leg_answer.ts";
import { nextMessageId } from "./message_number.ts";
import { CHANGED, planClaim } from "./plan_claim.ts";
import { prepareClaim } from "./prepare_claim.ts";
import { releaseClaim } from "./release_claim.ts";
import { findClaimSettlement, settleClaim } from "./settle_claim.ts";
import type { InsuranceTables } from "./tables.ts";
import { findClaimVoid, voidClaim } from "./void_claim.ts";

/** A leg as checkout's `LegWork` wants it. */
export interface ClaimLeg {
  plan(tx: Transaction<InsuranceTables>, context: ClaimContext, ask: Ask): Promise<ClaimPlan>;
  call(plan: ClaimPlan): Promise<LegAnswer>;
  record(tx: Transaction<InsuranceTables>, plan: ClaimPlan, answer: LegAnswer): Promise<void>;
}

export function claimLeg(deps: ClaimDeps): ClaimLeg {
  return {
    plan: (tx, context, ask) =>
      planClaim(tx, deps, {
        context,
        ask,
        nameSettlement: () =>
          nextMessageId(tx, context.site.code, {
            now: deps.clock.now(),
            serialFrom: deps.profile.messageSerialFrom,
          }),
      }),

    async call(plan) {
      if (plan.coverage === null) return withoutCoverage(plan.ask);
      if (!plan.isUnchanged && MOVING.has(plan.ask)) return CHANGED;
      if (plan.notAsChosen) return plan.notAsChosen;
      const person = await openPerson(deps.sealer, plan.coverage, plan.payerSealed);
      return await callClaim(deps, { plan, person });
    },

    /** What the platform answered was committed with the message itself, before checkout judged it. */
    record() {
      return Promise.resolve();
    },
  };
}

const MOVING: ReadonlySet<Ask> = new Set(["perform", "undo"]);

function callClaim(deps: ClaimDeps, open: OpenClaim): LegAnswer | Promise<LegAnswer> {
  const { ask } = open.plan;
  switch (ask) {
    case "prepare":
      return prepareClaim(deps, open);
    case "perform":
      return settleClaim(deps, open);
    case "find":
      return findClaimSettlement(deps, open);
    case "close":
      // The platform knows no closing: a settlement is voided, a visit released.
      return { kind: "refused", code: "insurance.cannot_close", text: "" };
    case "undo":
      return voidClaim(deps, open);
    case "find_undo":
      return findClaimVoid(deps, open);
    case "release":
      return releaseClaim(deps, open);
    default:
      return ask satisfies never;
  }
}

/** Without a proven coverage nothing was ever sent. */
function withoutCoverage(ask: Ask): LegAnswer {
  if (ask === "find") return { kind: "absent" };
  if (ask === "undo" || ask === "find_undo" || ask === "release") return NOTHING_LEFT;
  return { kind: "refused", code: "insurance.not_covered", text: "" };
}
