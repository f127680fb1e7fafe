import type { Transaction } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import { systemActor } from "../audit/actor.ts";
import type { Posting } from "../ledger/posting.ts";
import { postMovement } from "../ledger/post_movement.ts";
import { apply, type Fact, mayEnd } from "./apply.ts";
import { tellingChanged } from "./changed_order.ts";
import type { CreateOrderDeps } from "./create_order.ts";
import { beginDrive, bookLeg, goOn, isClaimed } from "./drive_order.ts";
import type { CheckoutDb } from "./legs.ts";
import { type Order, orderRules } from "./order.ts";
import {
  isContradicted,
  mayCorrectReturn,
  mayStateReturn,
  type StatedReturn,
} from "./return_stated.ts";
import { type Leg, legOfKind, type SagaRules } from "./saga.ts";
import { lockOrder } from "./store.ts";

/** What a person decides about a refund that stands. */
export type RefundDeed =
  | "suspend"
  | "returned_by_hand"
  | "give_everything"
  | StatingDeed
  | CorrectingDeed;

/** States what became of a leg whose party never says. */
type StatingDeed = keyof typeof STATING;

const STATING = {
  insurance_done: { kind: "insurance_return", outcome: "done" },
  insurance_not_done: { kind: "insurance_return", outcome: "not_done" },
  cash_done: { kind: "cash_return", outcome: "done" },
  cash_not_done: { kind: "cash_return", outcome: "not_done" },
} as const satisfies Record<
  string,
  { readonly kind: Leg["kind"]; readonly outcome: StatedReturn["outcome"] }
>;

/** Takes out of the books what was stated done and its party contradicts. */
type CorrectingDeed = keyof typeof CORRECTING;

const CORRECTING = {
  insurance_corrected: "insurance_return",
  cash_corrected: "cash_return",
} as const satisfies Record<string, Leg["kind"]>;

/**
 * Carries it out under the refund's lock, in one transaction with `alongside`. Throws DomainError
 * `refund.wrong_state` where there is nothing to decide, `refund.busy` while somebody asks for it.
 */
export async function actOnRefund(
  deps: CreateOrderDeps,
  { refund, deed, actId, alongside }: {
    readonly refund: Order;
    readonly deed: RefundDeed;
    readonly actId: string;
    readonly alongside: (tx: Transaction<CheckoutDb>) => Promise<void>;
  },
): Promise<void> {
  const where = await deps.siteOf(refund);
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
      const rules = orderRules(where, stored);
      const leg = standingLeg(stored, deed, rules);
      if (!leg) throw new DomainError("refund.wrong_state", `Cannot ${deed}: nothing stands so`);
      const fact = factOf(deed, leg, actId);
      const saga = apply(stored.saga, fact, { rules, now: now.getTime() });
      const order = { ...stored, saga };
      const posted = { now, tags: deps.tags };
      await bookLeg(tx, { order: stored, saga, leg: leg.n }, posted);
      await postMovement(tx, {
        orderId: order.id,
        orderAt: order.at,
        institutionId: order.institutionId,
        leg: leg.n,
        postings: postingsFor(leg, deed),
      }, posted);
      await alongside(tx);
      return { stored, order, events: [] };
    }));
  if (begun) await deps.waitFor(goOn(deps, begun));
}

/** What a deed is about; null when the refund is not where it could be done. */
export function standingLeg({ saga }: Order, deed: RefundDeed, rules: SagaRules): Leg | null {
  switch (deed) {
    case "suspend":
      return such(legOfKind(saga, "cash_return"), (leg) => mayEnd(leg, "suspended"));
    case "returned_by_hand":
      return such(legOfKind(saga, "insurance_return"), (leg) => mayEnd(leg, "done"));
    case "give_everything": {
      const anew = legOfKind(saga, "fulfilment");
      return saga.stop === null && anew && anew.state !== "done" ? anew : null;
    }
    case "insurance_corrected":
    case "cash_corrected":
      return such(legOfKind(saga, CORRECTING[deed]), mayCorrectReturn);
    default: {
      const { kind, outcome } = STATING[deed];
      return such(legOfKind(saga, kind), (leg) => mayStateReturn(leg, outcome, rules));
    }
  }
}

function such(leg: Leg | undefined, is: (leg: Leg) => boolean): Leg | null {
  return leg && is(leg) ? leg : null;
}

function factOf(deed: RefundDeed, { n }: Leg, actId: string): Fact {
  switch (deed) {
    case "suspend":
      return { kind: "suspended", leg: n };
    case "returned_by_hand":
      return { kind: "returned_by_hand", leg: n };
    case "give_everything":
      return { kind: "stopped", stop: "called_off" };
    case "insurance_corrected":
    case "cash_corrected":
      return { kind: "return_corrected", leg: n, reference: actId };
    default:
      return {
        kind: "return_stated",
        leg: n,
        outcome: STATING[deed].outcome,
        reference: actId,
      };
  }
}

function postingsFor(leg: Leg, deed: RefundDeed): Posting[] {
  switch (deed) {
    case "suspend":
      return [{ debit: "patient:hold", credit: "suspense", amount: leg.amount ?? 0n }];
    default:
      // What a leg moves by it is booked as if its party had said so, and reversed when it is corrected.
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
  if (!stored || !leg || !mayPayOut(leg) || leg.amount === null) {
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

/** Never what its channel was found to have given back. */
export function mayPayOut(leg: Leg): boolean {
  return leg.state === "suspended" && !isContradicted(leg);
}
