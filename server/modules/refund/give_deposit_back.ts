import type { Actor } from "../audit/actor.ts";
import { createRefund } from "../checkout/create_refund.ts";
import { type Order, rulesOf } from "../checkout/order.ts";
import { depositFigures } from "../checkout/refund_figures.ts";
import { findStanding, type Standing } from "../checkout/standing.ts";
import { begunRefundsOf } from "./begun_refunds.ts";
import type { RefundDeps } from "./find_refundable.ts";
import { digestOf, type RefundRequest, rowOf, takeRequest, withRefunds } from "./request_refund.ts";
import { findLast } from "./store.ts";
import type { Tx } from "./tables.ts";

/** How a deposit stands, and the last of its refunds: what a new one takes the place of. */
export interface DepositStanding {
  readonly standing: Standing;
  readonly last: string | null;
}

/** Null for a deposit that does not stand. Throws DomainError for rows that somebody changed. */
export async function findDepositStanding(
  deps: RefundDeps,
  order: Order,
): Promise<DepositStanding | null> {
  const last = await findLast(deps.db, order.id);
  const refundIds = await begunRefundsOf(deps.db, order.id);
  const { profile } = await deps.siteOf(order);
  const standing = await findStanding(deps, { order, refundIds, rules: rulesOf(profile) });
  // Read before its refunds: one that came in between is not among what was seen.
  const isSeen = last === null || refundIds.includes(last);
  return standing && isSeen ? { standing, last } : null;
}

export interface DepositReturn {
  /** Of the refund. */
  readonly id: string;
  readonly order: Order;
  readonly amountFen: bigint;
  /** The order's last refund when this was decided; it begins only in that one's place. */
  readonly after: string | null;
  readonly asker: RefundRequest["asker"];
  readonly actor: Actor;
  /** In the transaction that makes it; what it throws leaves it unmade. */
  readonly alongside?: (tx: Tx) => Promise<void>;
}

/**
 * Begins to give so much of a deposit back, after the stay was settled (R-REF-07). HIS may refuse
 * it without trace. False when another refund of the order was faster.
 */
export async function giveDepositBack(deps: RefundDeps, wanted: DepositReturn): Promise<boolean> {
  const { id, order, after, asker, actor } = wanted;
  const found = await findDepositStanding(deps, order);
  if (!found || found.last !== after || found.standing.openRefund) return false;
  const figures = depositFigures(found.standing, wanted.amountFen);
  const asked = {
    id,
    orderId: order.id,
    lines: null,
    why: "discharged",
    note: null,
    asker,
  } as const;
  const digest = digestOf(asked);
  const row = await rowOf(deps, asked, { order, digest, figures, state: "begun" });
  const { patientId } = await deps.patientIdsOf(order.identificationId);
  return await createRefund(deps, {
    id,
    standing: found.standing,
    figures,
    where: await deps.siteOf(order),
    digest,
    async alongside(checkoutTx) {
      const tx = withRefunds(checkoutTx);
      if (!await takeRequest(deps, tx, { row, after, actor, patientId })) return false;
      await wanted.alongside?.(tx);
      return true;
    },
  });
}
