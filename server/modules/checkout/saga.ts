import type { OrderState } from "./contract.ts";
import type { Split } from "./leg.ts";
import { isRefund, refundState } from "./refund_saga.ts";
import { isContradicted, type StatedReturn } from "./return_stated.ts";

/**
 * The saga of one order as data: the legs, what is known of each, and whether the order goes
 * forward or turns back. Pure; `decide.ts` says what to ask next, `apply.ts` takes in what happened.
 */

export type LegKind =
  | "insurance"
  | "tender"
  | "fulfilment"
  | "surplus"
  /** The legs of a refund; what they give back moved under another order. */
  | "fulfilment_return"
  | "insurance_return"
  | "cash_return";

export type LegState =
  /** Nothing was asked of the party yet. */
  | "idle"
  | "preparing"
  /** Priced, presettled or chosen; nothing moved. */
  | "ready"
  /** To move was asked and committed; no answer is in. */
  | "asked"
  | "pending"
  | "unknown"
  /** The party says it never saw it. */
  | "absent"
  | "done"
  | "refused"
  | "closing"
  | "undoing"
  | "undo_unknown"
  | "undone"
  | "releasing"
  | "released"
  /** The party refuses to take back what it did: a person is called, and it is asked again. */
  | "stuck"
  /** Cash that cannot go back the way it came, set aside by a person. */
  | "suspended";

export interface Leg {
  readonly n: number;
  readonly kind: LegKind;
  readonly state: LegState;
  /** Something is held at the party that must be let go when the order turns back. */
  readonly held: boolean;
  /** Tender, surplus and what a refund gives back: the fen to move. */
  readonly amount: bigint | null;
  /** What was quoted (ready) or really moved (done). */
  readonly split: Split | null;
  /** Asks made for the present purpose, and when the last was. */
  readonly tries: number;
  readonly lastAskAt: number | null;
  /** Tender: the patient wants another way, or time is up: the channel is asked to close it. Of a refund: stated. */
  readonly dropped: boolean;
  /** Tender: paid after it was closed; goes back by itself. */
  readonly late: boolean;
  /** What a refund gives back: two persons stated what became of it. */
  readonly stated?: StatedReturn;
}

/** Why an order turns back. */
export type Stop =
  | "cancelled"
  | "expired"
  | "interrupted"
  | "his_refused"
  | "his_unavailable"
  | "insurance_refused"
  | "insurance_unavailable"
  | "insurance_lost"
  | "unsound_figures"
  | "amount_mismatch"
  | "shortage"
  /** Two of the staff had it turned back. */
  | "staff_closed"
  /** A refund's lines are not settled anew: a person had everything given back. */
  | "called_off";

export interface Saga {
  /** In the order in which money moves; the regional profile's. */
  readonly legs: readonly Leg[];
  readonly quote: Split | null;
  readonly quoteVersion: number;
  /** The quote the patient agreed to. */
  readonly agreedVersion: number | null;
  readonly stop: Stop | null;
  /** The party's own code for a refusal that turned the order back, or that the patient can mend. */
  readonly stopCode: string | null;
  /** Till when the patient may act. */
  readonly deadline: number | null;
}

type WaitKind = "insurance" | "tender" | "fulfilment" | "surplus";

export interface SagaRules {
  /** Waits between asks for a lost or pending answer, per kind of leg; the last one repeats. */
  readonly waitsMs: Readonly<Record<WaitKind, readonly number[]>>;
  /** By leg number, of legs whose channel has waits of its own. */
  readonly legWaitsMs?: ReadonlyMap<number, readonly number[]>;
  readonly confirmWaitMs: number;
  readonly payWaitMs: number;
}

/** Undoing goes HIS, insurance, cash last (specs/nhsa.md §7.17), whatever the forward order was. */
export const UNDO_ORDER: readonly LegKind[] = ["fulfilment", "insurance", "surplus", "tender"];

export function newSaga(legOrder: readonly LegKind[]): Saga {
  return {
    legs: legOrder.map((kind, n) => newLeg(n, kind)),
    quote: null,
    quoteVersion: 0,
    agreedVersion: null,
    stop: null,
    stopCode: null,
    deadline: null,
  };
}

export function newLeg(n: number, kind: LegKind): Leg {
  return {
    n,
    kind,
    state: "idle",
    held: false,
    amount: null,
    split: null,
    tries: 0,
    lastAskAt: null,
    dropped: false,
    late: false,
  };
}

export function legOfKind(saga: Saga, kind: LegKind): Leg | undefined {
  return saga.legs.findLast((leg) => leg.kind === kind && !leg.late);
}

/** The tender that counts: paid, under way, or still to be chosen; refused ones are history. */
export function activeTender(saga: Saga): Leg | undefined {
  return legOfKind(saga, "tender");
}

export function isAgreed(saga: Saga): boolean {
  return saga.agreedVersion !== null && saga.agreedVersion === saga.quoteVersion;
}

/** Nothing more will be asked for this leg when the order has turned back. */
export function isSettledBack(leg: Leg): boolean {
  switch (leg.state) {
    case "idle":
    case "released":
      return true;
    case "ready":
    case "refused":
    case "undone":
      return !leg.held;
    default:
      return false;
  }
}

/** Beyond the schedule's end the asking goes on at its last wait, and a person is called. */
export function isOverdue(leg: Leg, rules: SagaRules): boolean {
  return leg.stated === undefined && leg.tries > waitsOf(leg, rules).length;
}

/** What goes back is asked about as often as what came. */
export function waitsOf(
  { n, kind }: Pick<Leg, "n" | "kind">,
  { waitsMs, legWaitsMs }: SagaRules,
): readonly number[] {
  const own = legWaitsMs?.get(n);
  if (own) return own;
  switch (kind) {
    case "fulfilment_return":
      return waitsMs.fulfilment;
    case "insurance_return":
      return waitsMs.insurance;
    case "cash_return":
      return waitsMs.surplus;
    default:
      return waitsMs[kind];
  }
}

/** Once HIS was asked to post, the order can no longer be called off at the kiosk. */
export function isCancellable(saga: Saga): boolean {
  if (saga.stop !== null || isRefund(saga)) return false;
  const fulfilment = legOfKind(saga, "fulfilment");
  return fulfilment === undefined || ["idle", "preparing", "ready"].includes(fulfilment.state);
}

export function isFulfilled(saga: Saga): boolean {
  return saga.stop === null && !isRefund(saga) &&
    legOfKind(saga, "fulfilment")?.state === "done";
}

export function stateOf(saga: Saga, rules: SagaRules): OrderState {
  if (saga.legs.some((leg) => callsForPerson(leg, rules))) return "needs_attention";
  if (isRefund(saga)) return refundState(saga);
  if (saga.stop !== null) return saga.legs.every(isSettledBack) ? "unwound" : "unwinding";
  return forwardState(saga);
}

function callsForPerson(leg: Leg, rules: SagaRules): boolean {
  return leg.state === "stuck" || isOverdue(leg, rules) || isContradicted(leg);
}

function forwardState(saga: Saga): OrderState {
  if (isFulfilled(saga)) return "completed";
  const fulfilment = legOfKind(saga, "fulfilment");
  if (fulfilment && ["idle", "preparing"].includes(fulfilment.state)) return "drafted";
  if (saga.quoteVersion === 0) return "priced";
  if (saga.agreedVersion === null) return "presettled";
  const current = currentLeg(saga);
  switch (current?.kind) {
    case "insurance":
      return current.state === "ready" ? "confirmed" : "settling";
    case "tender":
      return "collecting";
    default:
      return "fulfilling";
  }
}

/** The first leg, in forward order, that is not through. */
export function currentLeg(saga: Saga): Leg | undefined {
  const cashDue = saga.quote?.cash ?? 0n;
  const tender = activeTender(saga);
  return saga.legs.find((leg) => {
    if (leg.late || leg.kind === "surplus" || leg.state === "done") return false;
    if (leg.kind !== "tender") return true;
    return leg === tender && cashDue > 0n;
  });
}

/** The cash part is due, and no way to pay it is under way. */
export function needsTenderChoice(saga: Saga): boolean {
  const tender = activeTender(saga);
  return saga.stop === null && isAgreed(saga) && currentLeg(saga) === tender &&
    tender !== undefined && ["idle", "refused"].includes(tender.state);
}

/** `total = fund + account + other + cash`, none negative (rule 2). */
export function isSound(split: Split): boolean {
  const parts = [split.fund, split.account, split.other, split.cash];
  return split.total > 0n && parts.every((part) => part >= 0n) &&
    parts.reduce((sum, part) => sum + part, 0n) === split.total;
}

/** The first reason counts. */
export function stopped(saga: Saga, stop: Stop, stopCode: string | null): Saga {
  return saga.stop === null ? { ...saga, stop, stopCode, deadline: null } : saga;
}

export function setLeg(saga: Saga, n: number, change: (leg: Leg) => Leg): Saga {
  return { ...saga, legs: saga.legs.map((leg) => leg.n === n ? change(leg) : leg) };
}
