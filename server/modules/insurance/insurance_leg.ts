import type { Transaction } from "kysely";
import { type ClaimContext, claimKey } from "./claim.ts";
import type { InsuranceRoute } from "./insurance_route.ts";
import type { Ask, LegAnswer } from "./leg_answer.ts";
import type { ReturnContext } from "./return_leg.ts";
import { findClaimRoute, findClaimRow } from "./store.ts";
import type { InsuranceTables } from "./tables.ts";

type Tx = Transaction<InsuranceTables>;

/** One ask on its way: what to call outside any transaction; its answer is committed inside. */
export interface InsuranceErrand {
  call(): Promise<LegAnswer>;
}

/** One way to settle with insurance. Every ask may be repeated: money moves once. */
export interface InsuranceAdapter {
  /** Plans an ask inside the transaction that commits the attempt. */
  claim(tx: Tx, context: ClaimContext, ask: Ask): Promise<InsuranceErrand>;
  /** Of a refund: voids the claim of the order it names. */
  giveBack(tx: Tx, context: ReturnContext, ask: Ask): Promise<InsuranceErrand>;
}

export type InsuranceAdapters = Readonly<Record<InsuranceRoute, InsuranceAdapter>>;

/** A leg as checkout's `LegWork` wants it. */
export interface InsuranceLeg<Context> {
  plan(tx: Tx, context: Context, ask: Ask): Promise<InsuranceErrand>;
  call(errand: InsuranceErrand): Promise<LegAnswer>;
  record(): Promise<void>;
}

/** A claim goes by the route it was begun on, a new one by its site's. */
export function insuranceLeg(adapters: InsuranceAdapters): InsuranceLeg<ClaimContext> {
  return {
    async plan(tx, context, ask) {
      const stored = await findClaimRow(tx, claimKey(context));
      return await adapters[stored?.route ?? context.site.route]
        .claim(tx, { ...context, stored }, ask);
    },
    call: (errand) => errand.call(),
    record: () => Promise.resolve(),
  };
}

/** What a refund asks: see `ReturnLeg` for what each ask means. */
export function insuranceReturnLeg(adapters: InsuranceAdapters): InsuranceLeg<ReturnContext> {
  return {
    async plan(tx, context, ask) {
      const { orderId, at } = context.original;
      const route = await findClaimRoute(tx, { order_id: orderId, at }) ?? context.site.route;
      return await adapters[route].giveBack(tx, context, ask);
    },
    call: (errand) => errand.call(),
    record: () => Promise.resolve(),
  };
}
