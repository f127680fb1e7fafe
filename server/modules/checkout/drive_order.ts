import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import type { Log } from "../../platform/log.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import { publish } from "../../platform/outbox.ts";
import { type Actor, systemActor } from "../audit/actor.ts";
import type { AuditEvent } from "../audit/event.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import type { PatientIds } from "../identity/find_identification.ts";
import { type Posted, postMovement, reverseMovement } from "../ledger/post_movement.ts";
import type { Presented } from "../payment/channel.ts";
import { apply } from "./apply.ts";
import { orderCameTo, returnContradicted } from "./audit_events.ts";
import { tellingChanged } from "./changed_order.ts";
import { noteOf } from "./attempt_note.ts";
import { callUnderClaim } from "./call_under_claim.ts";
import type { OrderState } from "./contract.ts";
import type { Ask, LegAnswer } from "./leg.ts";
import {
  type CheckoutDb,
  type Errand,
  type LegsDeps,
  type OrderChange,
  parsePriced,
  planErrand,
} from "./legs.ts";
import { type Order, type OrderKey, orderRules, type OrderSite } from "./order.ts";
import type { PricedPayable } from "./payable.ts";
import { planStep } from "./plan_step.ts";
import { hasMoved, hasMovedBack, isCorrected, postingsOf } from "./postings.ts";
import { sourceOfRefund } from "./refund_source.ts";
import type { ReturnSource } from "./return_leg.ts";
import { type OrderParties, recordEvents } from "./record_events.ts";
import { isFulfilled, type Leg, type Saga, stateOf } from "./saga.ts";
import { answerAttempt, findOrder, insertAttempt, lockOrder, saveOrder } from "./store.ts";

export interface DriveDeps extends LegsDeps {
  readonly db: Kysely<CheckoutDb>;
  readonly clock: Clock;
  readonly log: Log;
  readonly tags: RowTags;
  readonly audit: AuditWriter;
  readonly siteOf: (order: Pick<Order, "terminalId">) => Promise<OrderSite>;
  readonly patientIdsOf: PatientIdsOf;
  /** Aborted when the process stops: the ask under way ends, no new one begins. */
  readonly stopping: AbortSignal;
}

type PatientIdsOf = (
  identificationId: string,
  tx?: Transaction<CheckoutDb>,
) => Promise<PatientIds>;

/** Asks in one drive; an order needs about ten. */
const DRIVE_ASKS_MAX = 60;

interface Drive {
  readonly key: OrderKey;
  readonly claimant: string;
  readonly where: OrderSite;
  readonly hisPatientId: string | null;
  readonly source: ReturnSource | null;
  readonly parties: OrderParties;
  readonly presented: Presented | null;
  priced: PricedPayable | null;
  /** As the transaction under way leaves it; null where somebody else has taken it over. */
  saved: Order | null;
  /** As this drive has last committed it. */
  latest: Order | null;
}

interface Sent {
  readonly errand: Errand;
  readonly leg: number;
  readonly ask: Ask;
  readonly attempt: number;
}

/** An order under its row lock: as its row is, and as an act in this transaction leaves it. */
export interface OpenedOrder {
  readonly stored: Order;
  readonly order: Order;
  /** Of what the act did. */
  readonly events: readonly AuditEvent[];
}

/** An order whose first ask is committed and not yet sent; none when nothing can be asked now. */
export interface DriveUnderWay {
  readonly drive: Drive;
  readonly sent: Sent | null;
}

/** Somebody works on it: whoever does comes to what is written down meanwhile. */
export function isClaimed(order: Order, now: Date): boolean {
  return order.claimedUntil !== null && order.claimedUntil > now;
}

/** Takes an order as far as it will go now; returns at once when somebody else works on it. */
export async function driveOrder(deps: DriveDeps, key: OrderKey): Promise<void> {
  await tellingChanged(deps, key, async () => {
    const known = await findOrder(deps.db, deps.tags, key);
    if (!known) return;
    const begin = { known, where: await deps.siteOf(known), actor: systemActor("orders") };
    const begun = await beginDrive(deps, begin, async (tx) => {
      const order = await lockOrder(tx, deps.tags, key);
      if (!order || isClaimed(order, deps.clock.now())) return null;
      return { stored: order, order, events: [] };
    });
    if (begun) await goOn(deps, begun);
  });
}

/**
 * Claims an order and commits its first ask, in one transaction with what `open` does to it: making
 * it, or an act of the patient. Null when `open` left the order alone.
 */
export async function beginDrive(
  deps: DriveDeps,
  { known, where, actor, presented }: {
    /** With what it pays where it may be a refund. */
    readonly known: OrderKey & Partial<Pick<Order, "payable">>;
    readonly where: OrderSite;
    readonly actor: Actor;
    readonly presented?: Presented;
  },
  open: (tx: Transaction<CheckoutDb>, partiesOf: PartiesOf) => Promise<OpenedOrder | null>,
): Promise<DriveUnderWay | null> {
  const source = known.payable ? await sourceOfRefund(deps, known.payable) : null;
  const begun = await deps.db.transaction().execute(async (tx) => {
    const patientOf = patientReader(deps, tx);
    const partiesOf = async (order: Pick<Order, "identificationId">) => {
      const { patientId } = await patientOf(order);
      return { actor, patientId };
    };
    const opened = await open(tx, partiesOf);
    if (!opened) return null;
    const drive: Drive = {
      key: { id: known.id, at: known.at },
      claimant: newId(deps.clock.now()),
      where,
      hisPatientId: (await patientOf(opened.order)).hisPatientId,
      source,
      parties: await partiesOf(opened.order),
      presented: presented ?? null,
      priced: null,
      saved: null,
      latest: null,
    };
    const { stored: before, order, events } = opened;
    if (order.pricedSealed) {
      drive.priced = parsePriced(
        await deps.sealer.open("checkout_order.priced", order.pricedSealed),
      );
    }
    const sent = await planNext(deps, tx, { drive, before, order, events, goOn: true });
    return { drive, sent };
  });
  if (!begun) return null;
  begun.drive.latest = begun.drive.saved;
  return begun;
}

/** Whose order it is; asked under its row lock, or before it is there. */
export type PartiesOf = (order: Pick<Order, "identificationId">) => Promise<OrderParties>;

/** Reads the patient once a transaction. */
function patientReader(
  { patientIdsOf }: DriveDeps,
  tx: Transaction<CheckoutDb>,
): (order: Pick<Order, "identificationId">) => Promise<PatientIds> {
  let known: Promise<PatientIds> | null = null;
  return ({ identificationId }) => known ??= patientIdsOf(identificationId, tx);
}

/**
 * The one path of requests and workers. Each ask is committed before it goes out and its answer
 * committed, with postings and events, together with the next ask (rule 3).
 */
export async function goOn(deps: DriveDeps, { drive, sent }: DriveUnderWay): Promise<void> {
  await tellingChanged(deps, drive.key, async () => {
    let last: Sent | null = sent;
    for (let n = 0; last && n < DRIVE_ASKS_MAX; n++) {
      const asked: Sent = last;
      const answer = await callUnderClaim(deps, drive, asked.errand);
      last = await deps.db.transaction().execute((tx) =>
        recordAndPlan(deps, tx, { drive, sent: asked, answer, goOn: n + 1 < DRIVE_ASKS_MAX })
      );
      drive.latest = drive.saved;
    }
  });
}

async function recordAndPlan(
  deps: DriveDeps,
  tx: Transaction<CheckoutDb>,
  { drive, sent, answer, goOn }: { drive: Drive; sent: Sent; answer: LegAnswer; goOn: boolean },
): Promise<Sent | null> {
  const before = await lockOrder(tx, deps.tags, drive.key);
  // Taken over while we waited: whoever did asks the party for the truth.
  if (!before || before.claimedBy !== drive.claimant) {
    drive.saved = null;
    return null;
  }
  const now = deps.clock.now();
  const change = await sent.errand.record(tx, answer);
  if (change.priced) drive.priced = change.priced;
  await answerAttempt(tx, { ...drive.key, n: sent.attempt }, {
    answer: answer.kind,
    answer_note: noteOf(answer),
    answered_at: now,
  });
  const fact = { kind: "answered", leg: sent.leg, ask: sent.ask, answer } as const;
  const saga = apply(before.saga, fact, {
    rules: orderRules(drive.where, before),
    now: now.getTime(),
  });
  await bookLeg(tx, { order: before, saga, leg: sent.leg }, { now, tags: deps.tags });
  const order = changed(before, { saga, change, leg: sent.leg, answer });
  const { events = [] } = change;
  const found = contradictions(before.saga, saga);
  return await planNext(deps, tx, { drive, before, order, events: [...events, ...found], goOn });
}

function contradictions(before: Saga, after: Saga): AuditEvent[] {
  return after.legs.flatMap((leg) => {
    const was = before.legs.find(({ n }) => n === leg.n);
    return was ? returnContradicted(was, leg) ?? [] : [];
  });
}

function changed(
  order: Order,
  { saga, change, leg, answer }: {
    saga: Saga;
    change: OrderChange;
    leg: number;
    answer: LegAnswer;
  },
): Order {
  const references = new Map(order.references);
  if (answer.kind === "done" && answer.reference !== null) references.set(leg, answer.reference);
  return {
    ...order,
    saga,
    references,
    pricedSealed: change.pricedSealed ?? order.pricedSealed,
    fulfilledSealed: change.fulfilledSealed ?? order.fulfilledSealed,
  };
}

/** The postings of what one leg moved or moved back; the caller holds the order. */
export async function bookLeg(
  tx: Transaction<CheckoutDb>,
  { order, saga, leg: n }: { order: Order; saga: Saga; leg: number },
  posted: Posted,
): Promise<void> {
  const before = order.saga.legs.find((leg) => leg.n === n);
  const after = saga.legs.find((leg) => leg.n === n);
  if (!before || !after) return;
  const movement = {
    orderId: order.id,
    orderAt: order.at,
    institutionId: order.institutionId,
    leg: n,
  };
  if (hasMoved(before, after)) {
    await postMovement(
      tx,
      { ...movement, postings: postingsOf({ ...order, saga }, after) },
      posted,
    );
  }
  if (hasMovedBack(before, after)) {
    await reverseMovement(tx, { ...movement, cause: "moved_back" }, posted);
  }
  if (isCorrected(before, after)) {
    await reverseMovement(tx, { ...movement, cause: "corrected" }, posted);
  }
}

interface Planning {
  readonly drive: Drive;
  readonly before: Order;
  readonly order: Order;
  /** Of what this transaction has done so far. */
  readonly events: readonly AuditEvent[];
}

/** Decides, and either commits the next ask under our claim or lets the order go till later. */
async function planNext(
  deps: DriveDeps,
  tx: Transaction<CheckoutDb>,
  { drive, before, order, events, goOn }: Planning & { readonly goOn: boolean },
): Promise<Sent | null> {
  const now = deps.clock.now();
  const mayAsk = goOn && !deps.stopping.aborted;
  const step = planStep(order.saga, {
    rules: orderRules(drive.where, order),
    now: now.getTime(),
    mayAsk,
  });
  const planned = { ...order, saga: step.saga };
  const nextAttemptAt = step.nextAttemptAt === null ? null : new Date(step.nextAttemptAt);
  if (step.ask && nextAttemptAt) {
    const ask = { ...step.ask, claimedUntil: nextAttemptAt };
    return await commitAsk(deps, tx, { drive, before, order: planned, events, ...ask });
  }
  // Looked at only: an answer on its way to whoever asked last is welcome till somebody asks anew.
  // Else a process whose clock is far ahead, to which every claim has lapsed, would end them all.
  const claimedBy = planned.saga === before.saga ? before.claimedBy : null;
  const after = { ...planned, claimedBy, claimedUntil: null };
  await save(deps, tx, { events, before, after, drive, nextAttemptAt, now });
  return null;
}

/** The ask is in the order's saga already. */
async function commitAsk(
  deps: DriveDeps,
  tx: Transaction<CheckoutDb>,
  { drive, before, order, events, leg: n, ask, claimedUntil }: Planning & {
    readonly leg: number;
    readonly ask: Ask;
    readonly claimedUntil: Date;
  },
): Promise<Sent> {
  const now = deps.clock.now();
  const leg = order.saga.legs.find((candidate) => candidate.n === n);
  if (!leg) throw new Error(`Cannot ask leg ${n}: the order has none of that number`);
  const refundIds = withRefundId(order, leg, ask, now);
  const asked: Order = { ...order, refundIds, attempts: order.attempts + 1 };
  const errand = await planErrand(deps, tx, {
    order: asked,
    where: drive.where,
    leg,
    ask,
    presented: drive.presented,
    now,
    priced: drive.priced,
    hisPatientId: drive.hisPatientId,
    source: drive.source,
  });
  const attempt = asked.attempts;
  await insertAttempt(tx, {
    order_id: order.id,
    at: order.at,
    n: attempt,
    institution_id: order.institutionId,
    leg: n,
    ask,
    asked_at: now,
    answered_at: null,
    answer: null,
    answer_note: null,
    trace_id: drive.parties.actor.traceId,
  });
  await save(deps, tx, {
    events: [...events, ...errand.planned],
    before,
    after: { ...asked, claimedBy: drive.claimant, claimedUntil },
    drive,
    nextAttemptAt: claimedUntil,
    now,
  });
  return { errand, leg: n, ask, attempt };
}

/** A refund has its id before it is first asked for, and keeps it. */
function withRefundId(order: Order, leg: Leg, ask: Ask, now: Date): Order["refundIds"] {
  const isRefund = (leg.kind === "tender" && ask === "undo") || leg.kind === "surplus" ||
    leg.kind === "cash_return";
  if (!isRefund || order.refundIds.has(leg.n)) return order.refundIds;
  return new Map([...order.refundIds, [leg.n, newId(now)]]);
}

async function save(
  deps: DriveDeps,
  tx: Transaction<CheckoutDb>,
  { events, before, after, drive, nextAttemptAt, now }: {
    events: readonly AuditEvent[];
    before: Order;
    after: Order;
    drive: Drive;
    nextAttemptAt: Date | null;
    now: Date;
  },
): Promise<void> {
  const state = stateOf(after.saga, orderRules(drive.where, after));
  const isNewlyFulfilled = after.completedAt === null &&
    (isFulfilled(after.saga) || isGivenBack(after, state));
  drive.saved = { ...after, completedAt: isNewlyFulfilled ? now : after.completedAt };
  await saveOrder(tx, {
    before,
    after: drive.saved,
    state,
    nextAttemptAt,
    changedAt: now,
    tags: deps.tags,
  });
  const stateBefore = stateOf(before.saga, orderRules(drive.where, before));
  const cameTo = state === stateBefore ? null : orderCameTo(after, state);
  await recordEvents(deps, tx, {
    order: after,
    parties: drive.parties,
    events: cameTo ? [...events, cameTo] : events,
  });
  if (!cameTo) return;
  await publish(tx, {
    type: `checkout.${state}`,
    key: after.id,
    payload: { institutionId: after.institutionId, stop: after.saga.stop },
    at: now,
  });
}

function isGivenBack({ payable }: Order, state: OrderState): boolean {
  return payable.kind === "refund" && state === "completed";
}
