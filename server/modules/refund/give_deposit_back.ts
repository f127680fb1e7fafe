import type { Actor } from "../audit/actor.ts";
import { createRefund } from "../checkout/create_refund.ts";
import { type Order, rulesOf } from "../checkout/order.ts";
import { depositFigures, type RefundFigures } from "../checkout/refund_figures.ts";
import { findStanding, type Standing } from "../checkout/standing.ts";
import type { RefundDeps } from "./find_refundable.ts";
import { digestOf, type RefundRequest, rowOf, takeRequest, withRefunds } from "./request_refund.ts";
import { findLast, type RequestRow, selectRequestsOf } from "./store.ts";
import type { Tx } from "./tables.ts";

/** How a deposit stands, and the last of its refunds: what a new one takes the place of. */
export interface DepositStanding {
  readonly standing: Standing;
  readonly last: string | null;
  /** A refund of it is under way, or waits for an approval. */
  readonly isBusy: boolean;
}

/**
 * Null for a deposit that does not stand. `except`: a request that waits itself is not in its own
 * way. Throws DomainError for rows that somebody changed.
 */
export async function findDepositStanding(
  deps: RefundDeps,
  order: Order,
  except?: string,
): Promise<DepositStanding | null> {
  const last = await findLast(deps.db, order.id);
  const requests = await selectRequestsOf(deps.db, [order.id]);
  const refundIds = requests.filter(({ state }) => state === "begun").map(({ id }) => id);
  const { profile } = await deps.siteOf(order);
  const standing = await findStanding(deps, { order, refundIds, rules: rulesOf(profile) });
  // Read before its refunds: one that came in between is not among what was seen.
  const isSeen = last === null || requests.some(({ id }) => id === last);
  if (!standing || !isSeen) return null;
  const isWaiting = requests.some(({ id, state }) => state === "asked" && id !== except);
  return { standing, last, isBusy: standing.openRefund !== null || isWaiting };
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

interface DraftedReturn {
  readonly standing: Standing;
  readonly figures: RefundFigures;
  readonly row: Omit<RequestRow, "tag">;
  readonly patientId: string;
}

/** Null when another refund of the order was faster. */
async function draftReturn(
  deps: RefundDeps,
  { id, order, amountFen, after, asker }: DepositReturn,
  state: "asked" | "begun",
): Promise<DraftedReturn | null> {
  const found = await findDepositStanding(deps, order);
  if (!found || found.last !== after || found.isBusy) return null;
  const { standing } = found;
  const figures = depositFigures(standing, amountFen);
  const asked = {
    id,
    orderId: order.id,
    lines: null,
    why: "discharged",
    note: null,
    asker,
  } as const;
  const row = await rowOf(deps, asked, { order, digest: digestOf(asked), figures, state });
  const { patientId } = await deps.patientIdsOf(order.identificationId);
  return { standing, figures, row, patientId };
}

/**
 * Begins to give so much of a deposit back, after the stay was settled (R-REF-07). HIS may refuse
 * it without trace. False when another refund of the order was faster.
 */
export async function giveDepositBack(deps: RefundDeps, wanted: DepositReturn): Promise<boolean> {
  const { id, order, after, actor } = wanted;
  const drafted = await draftReturn(deps, wanted, "begun");
  if (!drafted) return false;
  const { standing, figures, row, patientId } = drafted;
  return await createRefund(deps, {
    id,
    standing,
    figures,
    where: await deps.siteOf(order),
    digest: row.request_digest,
    async alongside(checkoutTx) {
      const tx = withRefunds(checkoutTx);
      if (!await takeRequest(deps, tx, { row, after, actor, patientId })) return false;
      await wanted.alongside?.(tx);
      return true;
    },
  });
}

/**
 * Writes down what another has to approve (`decide_refund.ts`): all of it or nothing, in one
 * transaction with `alongside`. False when another refund of one of the orders was faster.
 */
export async function askDepositsBack(
  deps: RefundDeps,
  wanted: readonly DepositReturn[],
  alongside: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  const drafts: { readonly of: DepositReturn; readonly drafted: DraftedReturn }[] = [];
  for (const of of wanted) {
    const drafted = await draftReturn(deps, of, "asked");
    if (!drafted) return false;
    drafts.push({ of, drafted });
  }
  return await unlessOvertaken(() =>
    deps.db.transaction().execute(async (tx) => {
      for (const { of: { after, actor }, drafted: { row, patientId } } of drafts) {
        if (!await takeRequest(deps, tx, { row, after, actor, patientId })) throw new Overtaken();
      }
      await alongside(tx);
    })
  );
}

/** Rolls back what was written of the others. */
class Overtaken extends Error {}

async function unlessOvertaken(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (thrown) {
    if (thrown instanceof Overtaken) return false;
    throw thrown;
  }
}
