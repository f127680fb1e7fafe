import type { Kysely } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { reasonOf } from "../../platform/errors.ts";
import type { Log } from "../../platform/log.ts";
import type { LegAnswer } from "./leg.ts";
import type { CheckoutDb, Errand } from "./legs.ts";
import type { OrderKey } from "./order.ts";
import { CLAIM_MS } from "./plan_step.ts";
import { renewClaim } from "./store.ts";

const CLAIM_RENEWAL_MS = 5_000;

export interface CallDeps {
  readonly db: Kysely<CheckoutDb>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Anything thrown on the way is an answer we do not have. */
export async function callUnderClaim(
  deps: CallDeps,
  { key, claimant }: { readonly key: OrderKey; readonly claimant: string },
  errand: Errand,
): Promise<LegAnswer> {
  const renewal = setInterval(() => {
    const until = new Date(deps.clock.now().getTime() + CLAIM_MS);
    const claim = { key, claimant, until };
    deps.db.transaction().execute((tx) => renewClaim(tx, claim)).catch((thrown) =>
      deps.log.warn("Claim not renewed", { orderId: key.id, why: reasonOf(thrown) })
    );
  }, CLAIM_RENEWAL_MS);
  try {
    return await errand.call();
  } catch (thrown) {
    deps.log.error("Ask broke off", { orderId: key.id, why: reasonOf(thrown) });
    return { kind: "unknown", reason: reasonOf(thrown) };
  } finally {
    clearInterval(renewal);
  }
}
