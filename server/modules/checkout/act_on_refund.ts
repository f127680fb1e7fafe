import type { Transaction } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import { systemActor } from "../audit/actor.ts";
import type { Posting } from "../ledger/posting.ts";
import { postMovement } from "../ledger/post_movement.ts";
import { apply, type Fact } from "./apply.ts";
import { tellingChanged } from "./changed_order.ts";
import type { CreateOrderDeps } from "./create_order.ts";
import { beginDrive, goOn, isClaimed } from "./drive_order.ts";
import type { CheckoutDb } from "./legs.ts";
import { type Order, rulesOf } from "./order.ts";
import { postingsOf } from "./postings.ts";
import { type Leg, legOfKind } from "./saga.ts";
import { lockOrder } from "./store.ts";

/** What a person decides about a refund that stands. */
export type RefundDeed = "suspend" | "returned_by_hand" | "give_everything";

/**
 * Carries it out under the refund's lock, in one transaction with `alongside`. Throws DomainError
 * `refund.wrong_state` where there is nothing to decide, `refund.busy` while somebody asks for it.
 */
export async function actOnRefund(
  deps: CreateOrderDeps,
  { refund, deed, alongside }: {
    readonly refund: Order;
    readonly deed: RefundDeed;
    readonly alongside: (tx: Transaction<CheckoutDb>) => Promise<void>;
  },
): Promise<void> {
  const where = await deps.siteOf(refund);
  const rules = rulesOf(where.profile);
  const drive = { known: refund, where, actor: systemActor("orders") };
  const begun = await tellingChanged(deps, refund, () =>
    beginDrive(deps, drive, async (tx) => {
      const stored = await lockOrder(tx, deps.tags, { id: refund.id, at: refund.at });
      const now = deps.clock.now();
      if (!stored || isClaimed(stored, now)) {
        throw new DomainError("refund.busy", "Cannot act now: the refund is being asked after", {
          retry: "safe",
        });
      }
      const leg = standingLeg(stored, deed);
      if (!leg) throw new DomainError("refund.wrong_state", `Cannot ${deed}: nothing stands so`);
      const fact = factOf(deed, leg);
      const saga = apply(stored.saga, fact, { rules, now: now.getTime() });
      const order = { ...stored, saga };
      await postMovement(tx, {
        orderId: order.id,
        orderAt: order.at,
        institutionId: order.institutionId,
        leg: leg.n,
        postings: postingsFor(order, leg, deed),
      }, { now, tags: deps.tags });
      await alongside(tx);
      return { stored, order, events: [] };
    }));
  if (begun) await deps.waitFor(goOn(deps, begun));
}

/** What a deed is about; null when the refund is not where it could be done. */
export function standingLeg({ saga }: Order, deed: RefundDeed): Leg | null {
  switch (deed) {
    case "suspend":
      return stuck(legOfKind(saga, "cash_return"));
    case "returned_by_hand":
      return stuck(legOfKind(saga, "insurance_return"));
    case "give_everything": {
      const anew = legOfKind(saga, "fulfilment");
      return saga.stop === null && anew && anew.state !== "done" ? anew : null;
    }
  }
}

function stuck(leg: Leg | undefined): Leg | null {
  return leg?.state === "stuck" ? leg : null;
}

function factOf(deed: RefundDeed, { n }: Leg): Fact {
  switch (deed) {
    case "suspend":
      return { kind: "suspended", leg: n };
    case "returned_by_hand":
      return { kind: "returned_by_hand", leg: n };
    case "give_everything":
      return { kind: "stopped", stop: "called_off" };
  }
}

function postingsFor(order: Order, leg: Leg, deed: RefundDeed): Posting[] {
  switch (deed) {
    case "suspend":
      return [{ debit: "patient:hold", credit: "suspense", amount: leg.amount ?? 0n }];
    case "returned_by_hand":
      return postingsOf(order, leg);
    case "give_everything":
      return [];
  }
}

/** Cash set aside was paid out by other means than the channel it came by. */
export async function postPaidOut(
  deps: Pick<CreateOrderDeps, "clock" | "tags">,
  tx: Transaction<CheckoutDb>,
  refund: Order,
): Promise<void> {
  const stored = await lockOrder(tx, deps.tags, { id: refund.id, at: refund.at });
  const leg = stored && legOfKind(stored.saga, "cash_return");
  if (!stored || leg?.state !== "suspended" || leg.amount === null) {
    throw new DomainError("refund.wrong_state", "Cannot pay out: nothing is set aside");
  }
  await postMovement(tx, {
    orderId: stored.id,
    orderAt: stored.at,
    institutionId: stored.institutionId,
    leg: leg.n,
    postings: [{ debit: "suspense", credit: "channel:outside", amount: leg.amount }],
  }, { now: deps.clock.now(), tags: deps.tags });
}
