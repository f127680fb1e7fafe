import type { Transaction } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import { type Actor, systemActor } from "../audit/actor.ts";
import type { AuditEvent } from "../audit/event.ts";
import { findOrderOfTrade } from "../payment/find_trade.ts";
import type { Presented } from "../payment/channel.ts";
import { apply, type Fact } from "./apply.ts";
import { orderAgreed, orderCalledOff, tenderChosen, tenderDropped } from "./audit_events.ts";
import type { ChooseTenderBody, ConfirmOrderBody } from "./contract.ts";
import { presentedIn } from "./presented.ts";
import { checkIdTime, type CreateOrderDeps } from "./create_order.ts";
import { tellingChanged } from "./changed_order.ts";
import { decide } from "./decide.ts";
import {
  beginDrive,
  type DriveDeps,
  type DriveUnderWay,
  goOn,
  isClaimed,
  type OpenedOrder,
} from "./drive_order.ts";
import type { CheckoutDb } from "./legs.ts";
import { type Order, type OrderKey, orderKey, orderRules, type TenderChoice } from "./order.ts";
import { requireOwn } from "./read_order.ts";
import { recordEvents } from "./record_events.ts";
import {
  activeTender,
  isAgreed,
  isCancellable,
  legOfKind,
  needsTenderChoice,
  type SagaRules,
  stateOf,
} from "./saga.ts";
import { findOrder, findTradeLeg, lockOrder, saveOrder } from "./store.ts";

/** What patients and parties do to an order: a fact under the row lock, and the common drive. */

/** Ways to pay one order may try before it has to begin again. */
const TENDERS_MAX = 12;

export interface OrderOf {
  readonly id: string;
  readonly terminalId: string;
  readonly actor: Actor;
}

/** Agrees to the quote that was on the screen; an older one is refused and shown anew. */
export async function confirmOrder(
  deps: CreateOrderDeps,
  of: OrderOf,
  body: ConfirmOrderBody,
): Promise<Order | null> {
  const options = body.pin === undefined
    ? {}
    : { presented: { kind: "pin", pin: body.pin } as const };
  return await act(deps, of, (order) => {
    const { saga } = order;
    if (isAgreed(saga) && saga.agreedVersion === body.quoteVersion) return null;
    if (saga.stop !== null || saga.quote === null) throw wrongState(order, "confirm");
    if (body.quoteVersion !== saga.quoteVersion) {
      throw new DomainError("checkout.quote_changed", "Cannot confirm: the figures have changed");
    }
    return {
      fact: { kind: "agreed", quoteVersion: body.quoteVersion },
      event: orderAgreed(order),
    };
  }, options);
}

/** The trade's id is the terminal's; the same id again is the same choice. */
export async function chooseTender(
  deps: CreateOrderDeps,
  of: OrderOf,
  body: ChooseTenderBody,
): Promise<Order | null> {
  const opened = await findOrderOfTrade(deps.db, body.id);
  // Stored unjudged it would hold up every later step of this order.
  if (opened !== null && opened !== of.id) {
    throw new DomainError("payment.id_taken", `Trade id "${body.id}" is taken`);
  }
  const presented = presentedIn(body);
  const options = presented ? { presented } : {};
  return await act(deps, of, (order) => {
    const isKnown = [...order.choices.values()].some((choice) => choice.tradeId === body.id);
    if (isKnown) return null;
    if (!needsTenderChoice(order.saga)) throw wrongState(order, "choose how to pay");
    checkIdTime(body.id, deps.clock.now());
    if (order.choices.size >= TENDERS_MAX) {
      throw new DomainError("checkout.too_many_tenders", "Cannot try another way to pay");
    }
    const choice = { tradeId: body.id, mode: body.mode };
    return { fact: { kind: "chose_tender" }, choice, event: tenderChosen(choice) };
  }, options);
}

/** The patient wants another way: the present one is closed at the channel first. */
export async function closeTender(deps: CreateOrderDeps, of: OrderOf): Promise<Order | null> {
  return await act(deps, of, (order) => {
    const tender = activeTender(order.saga);
    if (order.saga.stop !== null || !tender) throw wrongState(order, "change the way to pay");
    if (!["asked", "pending", "unknown", "absent"].includes(tender.state)) return null;
    const choice = order.choices.get(tender.n);
    return { fact: { kind: "dropped_tender" }, event: choice ? tenderDropped(choice) : null };
  });
}

export async function cancelOrder(deps: CreateOrderDeps, of: OrderOf): Promise<Order | null> {
  return await act(deps, of, (order) => {
    if (order.saga.stop !== null) return null;
    if (!isCancellable(order.saga)) {
      throw new DomainError("checkout.too_late", "Cannot cancel: HIS is posting the payment");
    }
    return { fact: { kind: "stopped", stop: "cancelled" }, event: orderCalledOff(order) };
  });
}

/** A party said by itself that a trade moved: it is looked up at once. */
export async function tradeReported(
  deps: CreateOrderDeps,
  report: { readonly orderId: string; readonly tradeId: string },
): Promise<void> {
  const key = orderKey(report.orderId);
  await tellingChanged(deps, key, async () => {
    const leg = await findTradeLeg(deps.db, { ...key, tradeId: report.tradeId });
    const known = await findOrder(deps.db, deps.tags, key);
    if (leg === null || !known) return;
    const reported = { known, actor: systemActor("payment_notices") };
    // What the notice leads to is recorded; that it came is the payment module's to keep.
    const judge = () => ({ fact: { kind: "reported", leg } as const, event: null });
    const begun = await beginAct(deps, reported, judge);
    if (begun) await goOn(deps, begun);
  });
}

/** Insurance said by itself that an order moved there: it is asked at once. */
export async function insuranceReported(deps: CreateOrderDeps, orderId: string): Promise<void> {
  const key = orderKey(orderId);
  await tellingChanged(deps, key, async () => {
    const known = await findOrder(deps.db, deps.tags, key);
    const leg = known && legOfKind(known.saga, "insurance");
    if (!known || !leg) return;
    const reported = { known, actor: systemActor("insurance_reports") };
    const judge = () => ({ fact: { kind: "reported", leg: leg.n } as const, event: null });
    const begun = await beginAct(deps, reported, judge);
    if (begun) await goOn(deps, begun);
  });
}

interface Act {
  readonly fact: Fact;
  readonly event: AuditEvent | null;
  readonly choice?: TenderChoice;
}

/** The order as far as it has come by this; null where somebody else works on it. */
async function act(
  deps: CreateOrderDeps,
  of: OrderOf,
  judge: (order: Order) => Act | null,
  options: { presented?: Presented } = {},
): Promise<Order | null> {
  const known = { ...orderKey(of.id), terminalId: of.terminalId };
  const begun = await tellingChanged(
    deps,
    known,
    () =>
      beginAct(deps, { known, actor: of.actor, ...options }, (order) => {
        requireOwn(order, of.terminalId);
        return judge(order);
      }),
  );
  if (!begun) return null;
  await deps.waitFor(goOn(deps, begun));
  return begun.drive.latest;
}

/** The act, the claim and the first ask that follows from it are one transaction. */
async function beginAct(
  deps: DriveDeps,
  of: {
    readonly known: OrderKey & Pick<Order, "terminalId"> & Partial<Pick<Order, "payable">>;
    readonly actor: Actor;
    readonly presented?: Presented;
  },
  judge: (order: Order) => Act | null,
): Promise<DriveUnderWay | null> {
  const { known } = of;
  // Settings are read before the transaction: it may hold the only connection.
  const where = await deps.siteOf(known);
  return await beginDrive(deps, { ...of, where }, async (tx, partiesOf) => {
    const stored = await lockOrder(tx, deps.tags, { id: known.id, at: known.at });
    if (!stored) throw new DomainError("checkout.not_found", `Cannot find order "${known.id}"`);
    const now = deps.clock.now();
    const rules = orderRules(where, stored);
    const taken = judge(stored);
    const order = taken ? acted(stored, { taken, rules, now }) : stored;
    const events = taken?.event ? [taken.event] : [];
    if (!isClaimed(stored, now)) return { stored, order, events };
    if (!taken) return null;
    await leaveAct(deps, tx, {
      opened: { stored, order },
      rules: orderRules(where, order),
      now,
    });
    await recordEvents(deps, tx, { order, parties: await partiesOf(order), events });
    return null;
  });
}

function acted(
  order: Order,
  { taken, rules, now }: { taken: Act; rules: SagaRules; now: Date },
): Order {
  const { fact, choice } = taken;
  const saga = apply(order.saga, fact, { rules, now: now.getTime() });
  const tender = activeTender(saga);
  const choices = choice && tender
    ? new Map([...order.choices, [tender.n, choice] as const])
    : order.choices;
  return { ...order, saga, choices };
}

/** Whoever holds the claim finds the act when its answer is there. */
async function leaveAct(
  { tags }: DriveDeps,
  tx: Transaction<CheckoutDb>,
  { opened: { stored, order }, rules, now }: {
    opened: Pick<OpenedOrder, "stored" | "order">;
    rules: SagaRules;
    now: Date;
  },
): Promise<void> {
  const isResting = decide(order.saga, rules, now.getTime()).kind === "rest";
  await saveOrder(tx, {
    before: stored,
    after: order,
    state: stateOf(order.saga, rules),
    nextAttemptAt: isResting ? null : now,
    changedAt: now,
    tags,
  });
}

function wrongState(order: Order, action: string): DomainError {
  const why = order.saga.stop === null ? "it is at another step" : "it has turned back";
  return new DomainError("checkout.wrong_state", `Cannot ${action} for order: ${why}`);
}
