import { answeredLeg } from "./answered_leg.ts";
import type { Ask, LegAnswer, Split } from "./leg.ts";
import { refundAnswered } from "./refund_apply.ts";
import { isRefund } from "./refund_saga.ts";
import {
  correctedReturn,
  isContradicted,
  type StatedReturn,
  statedReturn,
} from "./return_stated.ts";
import {
  activeTender,
  isSound,
  type Leg,
  legOfKind,
  type LegState,
  needsTenderChoice,
  newLeg,
  type Saga,
  type SagaRules,
  setLeg,
  type Stop,
  stopped,
} from "./saga.ts";

export type Fact =
  | { readonly kind: "asked"; readonly leg: number; readonly ask: Ask }
  | {
    readonly kind: "answered";
    readonly leg: number;
    readonly ask: Ask;
    readonly answer: LegAnswer;
  }
  /** A party reported by itself that this leg moved; it is looked up, not believed. */
  | { readonly kind: "reported"; readonly leg: number }
  | { readonly kind: "agreed"; readonly quoteVersion: number }
  | { readonly kind: "chose_tender" }
  | { readonly kind: "dropped_tender" }
  | { readonly kind: "stopped"; readonly stop: Stop }
  /** A person set aside cash of a refund that its channel refuses to give back. */
  | { readonly kind: "suspended"; readonly leg: number }
  /** A person saw to it that insurance, which refuses, took its settlement back all the same. */
  | { readonly kind: "returned_by_hand"; readonly leg: number }
  /** Two persons state, with evidence, what became of a refund's leg whose party never says. */
  | {
    readonly kind: "return_stated";
    readonly leg: number;
    readonly outcome: StatedReturn["outcome"];
    readonly reference: string;
  }
  /** Two persons take out of the books what was stated done and its party contradicts. */
  | { readonly kind: "return_corrected"; readonly leg: number; readonly reference: string }
  /** A person wants to know now: the next ask waits for nothing. */
  | { readonly kind: "hurried" }
  /** Two persons state, with evidence, what became of a leg whose party does not say. */
  | { readonly kind: "settled"; readonly leg: number; readonly settlement: Settlement };

export interface Settlement {
  readonly outcome: "done" | "not_done" | "undone";
  readonly reference: string | null;
}

export function apply(saga: Saga, fact: Fact, at: { rules: SagaRules; now: number }): Saga {
  switch (fact.kind) {
    case "asked":
      return setLeg(saga, fact.leg, (leg) => asked(leg, fact.ask, at.now));
    case "answered":
      return answered(saga, fact, at);
    case "reported":
      return setLeg(saga, fact.leg, (leg) => reported(saga, leg));
    case "agreed":
      if (fact.quoteVersion !== saga.quoteVersion) return saga;
      return {
        ...saga,
        agreedVersion: fact.quoteVersion,
        stopCode: null,
        deadline: at.now + at.rules.payWaitMs,
      };
    case "chose_tender":
      return chooseTender(saga, at);
    case "dropped_tender": {
      const tender = activeTender(saga);
      return tender && !tender.dropped
        ? setLeg(saga, tender.n, (leg) => ({ ...leg, dropped: true, tries: 0 }))
        : saga;
    }
    case "stopped":
      return stopped(saga, fact.stop, null);
    case "suspended":
      return ended(saga, fact.leg, { kind: "cash_return", state: "suspended" });
    case "returned_by_hand":
      return ended(saga, fact.leg, { kind: "insurance_return", state: "done" });
    case "return_stated":
      return setLeg(saga, fact.leg, (leg) => statedReturn(leg, fact, at.rules));
    case "return_corrected":
      return setLeg(saga, fact.leg, (leg) => correctedReturn(leg, fact.reference));
    case "hurried":
      return { ...saga, legs: saga.legs.map((leg) => ({ ...leg, lastAskAt: null })) };
    case "settled":
      return settled(saga, fact, at);
    default:
      return fact satisfies never;
  }
}

/** As if the party had said it itself; nothing where the leg is not in question. */
function settled(
  saga: Saga,
  { leg: n, settlement: { outcome, reference } }: Extract<Fact, { kind: "settled" }>,
  at: { rules: SagaRules; now: number },
): Saga {
  const leg = saga.legs.find((candidate) => candidate.n === n);
  if (!leg || !settlementsIn(saga, leg).includes(outcome)) return saga;
  const split = leg.split ?? cashOnly(leg.amount ?? 0n);
  switch (outcome) {
    case "done":
      return answered(saga, {
        leg: n,
        ask: "find",
        answer: { kind: "done", split, reference },
      }, at);
    case "not_done":
      return answered(saga, {
        leg: n,
        ask: "find",
        answer: { kind: "refused", code: "checkout.settled_by_staff", text: "" },
      }, at);
    case "undone":
      return answered(saga, {
        leg: n,
        ask: leg.state === "releasing" ? "release" : "undo",
        answer: { kind: "done", split: null, reference },
      }, at);
    default:
      return outcome satisfies never;
  }
}

/** Of a refund only what is let go of again; what it gives back is stated in `act_on_refund.ts`. */
export function settlementsIn(saga: Saga, leg: Leg): readonly Settlement["outcome"][] {
  const all = settlementsOf(leg);
  return isRefund(saga) ? all.filter((outcome) => outcome === "undone") : all;
}

/** What a person may state of a leg: only what its party owes an answer to. */
export function settlementsOf({ state, kind }: Leg): readonly Settlement["outcome"][] {
  // What a refund gives back has decisions of its own (`act_on_refund.ts`).
  if (kind.endsWith("_return")) return [];
  switch (state) {
    case "asked":
    case "pending":
    case "unknown":
    case "absent":
    case "closing":
      return kind === "surplus" ? ["done"] : ["done", "not_done"];
    case "undoing":
    case "undo_unknown":
      return ["undone"];
    case "releasing":
      // A settlement may stand behind it that the centre does not say it took back.
      return kind === "insurance" ? ["undone"] : [];
    case "stuck":
      return kind === "surplus" ? ["done"] : ["undone"];
    default:
      return [];
  }
}

/** What stands refused and a person has seen to. */
function ended(saga: Saga, n: number, to: Pick<Leg, "kind" | "state">): Saga {
  return setLeg(saga, n, (leg) => {
    const may = leg.kind === to.kind && mayEnd(leg, to.state);
    if (!may) return leg;
    const { stated } = leg;
    if (!stated) return { ...leg, state: to.state, tries: 0 };
    // That it went back all the same is no longer to the contrary.
    const answer = to.state === "done" ? "confirmed" as const : stated.answer;
    return { ...leg, state: to.state, stated: { ...stated, answer } };
  });
}

/** What was found to have gone back is not set aside to be paid out once more. */
export function mayEnd(leg: Leg, state: LegState): boolean {
  return leg.state === "stuck" && !(state === "suspended" && isContradicted(leg));
}

const STATE_ON_ASK: Readonly<Partial<Record<Ask, LegState>>> = {
  prepare: "preparing",
  perform: "asked",
  close: "closing",
  undo: "undoing",
  release: "releasing",
};

function asked(leg: Leg, ask: Ask, now: number): Leg {
  const state = STATE_ON_ASK[ask] ?? leg.state;
  const held = leg.held || ask === "prepare";
  const dropped = leg.dropped || ask === "close";
  // Closing is a purpose of its own.
  const before = dropped === leg.dropped ? leg.tries : 0;
  return { ...leg, state, held, dropped, tries: before + 1, lastAskAt: now };
}

function reported(saga: Saga, leg: Leg): Leg {
  switch (leg.state) {
    case "asked":
    case "pending":
    case "unknown":
    case "closing":
      return { ...leg, tries: 0 };
    case "refused": {
      // Closed, and paid all the same: it counts while the order still waits for this very payment,
      // else it goes back by itself; never silence.
      if (leg.kind !== "tender") return leg;
      const late = saga.stop !== null || leg !== activeTender(saga);
      return { ...leg, state: "unknown", tries: 0, late };
    }
    default:
      return leg;
  }
}

function chooseTender(saga: Saga, at: { rules: SagaRules; now: number }): Saga {
  const tender = activeTender(saga);
  if (!tender || !needsTenderChoice(saga)) return saga;
  const cash = saga.quote?.cash ?? 0n;
  const chosen = { amount: cash, state: "ready" as const, tries: 0, lastAskAt: null };
  const deadline = at.now + at.rules.payWaitMs;
  if (tender.state === "idle") {
    return { ...setLeg(saga, tender.n, (leg) => ({ ...leg, ...chosen })), deadline };
  }
  const another = { ...newLeg(saga.legs.length, "tender"), ...chosen };
  const place = saga.legs.indexOf(tender) + 1;
  return { ...saga, legs: saga.legs.toSpliced(place, 0, another), deadline };
}

interface Answered {
  readonly leg: number;
  readonly ask: Ask;
  readonly answer: LegAnswer;
}

function answered(saga: Saga, fact: Answered, at: { rules: SagaRules; now: number }): Saga {
  if (isRefund(saga)) return refundAnswered(saga, fact);
  const before = saga.legs.find((leg) => leg.n === fact.leg);
  if (!before) return saga;
  const after = answeredLeg(before, fact.ask, fact.answer);
  const moved = setLeg(saga, fact.leg, () => after);
  switch (fact.ask) {
    case "prepare":
      return prepared(moved, after, { answer: fact.answer, ...at });
    case "perform":
    case "find":
      return performed(moved, { before, after, answer: fact.answer, ...at });
    default:
      return moved;
  }
}

function prepared(
  saga: Saga,
  leg: Leg,
  at: { answer: LegAnswer; rules: SagaRules; now: number },
): Saga {
  if (at.answer.kind !== "done") return stopped(saga, stopOf(leg, at.answer), codeOf(at.answer));
  const priced = legOfKind(saga, "fulfilment")?.split?.total ?? null;
  const insurance = legOfKind(saga, "insurance");
  if (priced === null || (insurance && insurance.state !== "ready")) return saga;
  const quote = insurance?.split ?? cashOnly(priced);
  if (!isSound(quote) || quote.total !== priced) return stopped(saga, "unsound_figures", null);
  return requote(saga, quote, at);
}

function requote(saga: Saga, quote: Split, at: { rules: SagaRules; now: number }): Saga {
  const deadline = at.now + at.rules.confirmWaitMs;
  return { ...saga, quote, quoteVersion: saga.quoteVersion + 1, deadline };
}

interface Performed {
  readonly before: Leg;
  readonly after: Leg;
  readonly answer: LegAnswer;
  readonly rules: SagaRules;
  readonly now: number;
}

function performed(saga: Saga, at: Performed): Saga {
  const { after } = at;
  if (after.state === "done" && at.before.state !== "done") return moved(saga, at);
  if (mayPresentAgain(saga, at)) return presentAgain(saga, at);
  const isRefused = after.kind === "fulfilment"
    ? at.answer.kind === "refused"
    : after.kind === "insurance" && after.state === "refused";
  if (isRefused) return stopped(saga, stopOf(after, at.answer), codeOf(at.answer));
  if (after.state === "absent" && after.kind === "insurance") {
    return stopped(saga, "insurance_lost", null);
  }
  return saga;
}

/** What the patient mends by showing a fresh code or typing a PIN; nothing has moved. */
const PRESENTED_AGAIN: ReadonlySet<string> = new Set([
  "insurance.token_expired",
  "insurance.pin_needed",
  "insurance.wrong_pin",
]);

function mayPresentAgain(saga: Saga, { after, answer }: Performed): boolean {
  const isMendable = answer.kind === "refused" && PRESENTED_AGAIN.has(answer.code);
  return isMendable && after.kind === "insurance" && after.state === "refused" &&
    saga.stop === null;
}

/** Back to before the agreement: the patient shows a fresh code, and agrees again. */
function presentAgain(saga: Saga, { before, answer, rules, now }: Performed): Saga {
  const leg = { ...before, state: "ready" as const, tries: 0, lastAskAt: null };
  return {
    ...setLeg(saga, leg.n, () => leg),
    agreedVersion: null,
    stopCode: codeOf(answer),
    deadline: now + rules.confirmWaitMs,
  };
}

/** Money has moved: does it fit what was agreed? */
function moved(saga: Saga, at: Performed): Saga {
  const { split, kind, amount, late } = at.after;
  if (late || saga.stop !== null) return saga;
  if (kind === "tender" && split?.cash !== amount) return stopped(saga, "amount_mismatch", null);
  if (kind !== "insurance") return saga;
  const isUnsound = at.answer.kind === "done" && at.answer.unsound === true;
  if (isUnsound || !split || !isSound(split) || split.total !== saga.quote?.total) {
    return stopped(saga, "unsound_figures", null);
  }
  const tender = activeTender(saga);
  if (tender?.state !== "done") {
    // Before cash is taken the patient sees the new figures and agrees again.
    return split.cash === saga.quote.cash ? { ...saga, quote: split } : requote(saga, split, at);
  }
  return afterCash({ ...saga, quote: split }, split.cash, tender.split?.cash ?? 0n);
}

/** Cash was taken first: a surplus goes back, a shortage turns the order back (rule 2). */
function afterCash(saga: Saga, due: bigint, paid: bigint): Saga {
  if (paid < due) return stopped(saga, "shortage", null);
  if (paid === due) return saga;
  const surplus: Leg = {
    ...newLeg(saga.legs.length, "surplus"),
    state: "ready",
    amount: paid - due,
  };
  return { ...saga, legs: [...saga.legs, surplus] };
}

function stopOf(leg: Leg, answer: LegAnswer): Stop {
  const refused = answer.kind === "refused";
  if (leg.kind === "insurance") return refused ? "insurance_refused" : "insurance_unavailable";
  return refused ? "his_refused" : "his_unavailable";
}

function codeOf(answer: LegAnswer): string | null {
  return answer.kind === "refused" ? answer.code : null;
}

function cashOnly(total: bigint): Split {
  return { total, fund: 0n, account: 0n, other: 0n, cash: total };
}
