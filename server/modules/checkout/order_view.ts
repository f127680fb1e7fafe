import type { ClaimAccounts } from "../insurance/choice/relative_part.ts";
import type { TenderMode } from "../payment/channel.ts";
import type { TradeView } from "../payment/find_trade.ts";
import type { OrderView, Quote, Stage, TenderView } from "./contract.ts";
import type { Split } from "./leg.ts";
import { type Order, ORDER_CHANGED } from "./order.ts";
import {
  activeTender,
  currentLeg,
  isAgreed,
  isCancellable,
  isFulfilled,
  type Leg,
  needsTenderChoice,
  type SagaRules,
  stateOf,
} from "./saga.ts";
import type { CheckoutTables } from "./tables.ts";

/** What is read beside the order to show it. */
export interface ViewParts {
  readonly rules: SagaRules;
  readonly now: Date;
  readonly title: string;
  readonly kind: OrderView["kind"];
  readonly trade: TradeView | null;
  readonly accounts: ClaimAccounts;
  readonly receipt: OrderView["receipt"];
}

export function viewOrder(order: Order, parts: ViewParts): OrderView {
  const { saga } = order;
  const stage = stageOf(order, parts.rules, parts.now);
  return {
    id: order.id,
    number: order.number,
    state: stateOf(saga, parts.rules),
    stage,
    kind: parts.kind,
    title: parts.title,
    settlement: order.settlement,
    quote: quoteOf(saga.quote, saga.quoteVersion, parts.accounts),
    tender: tenderOf(order, parts.trade),
    deadline: saga.deadline === null ? null : new Date(saga.deadline).toISOString(),
    reason: reasonOf(order),
    cancellable: isCancellable(saga),
    receipt: parts.receipt,
  };
}

/** Of an order somebody wrote into past the platform: none of its figures, and staff is called. */
export function viewChanged(
  { id, number, settlement }: CheckoutTables["checkout_order"],
  kind: OrderView["kind"],
): OrderView {
  return {
    id,
    number,
    state: "needs_attention",
    stage: "attention",
    kind,
    title: "",
    settlement,
    quote: null,
    tender: null,
    deadline: null,
    reason: ORDER_CHANGED,
    cancellable: false,
    receipt: null,
  };
}

export function quoteOf(
  split: Split | null,
  version: number,
  { balance, relative }: ClaimAccounts,
): Quote | null {
  if (!split) return null;
  return {
    version,
    totalFen: split.total.toString(),
    fundFen: split.fund.toString(),
    accountFen: split.account.toString(),
    otherFen: split.other.toString(),
    cashFen: split.cash.toString(),
    accountBalanceFen: balance?.toString() ?? null,
    ...(relative !== null && relative > 0n && { relativeFen: relative.toString() }),
  };
}

/** What the screen should show; an answer that is missing has its own stage, never "failed". */
export function stageOf(order: Order, rules: SagaRules, now: Date): Stage {
  const { saga } = order;
  if (isFulfilled(saga)) return "completed";
  const state = stateOf(saga, rules);
  if (state === "unwound") return "returned";
  if (state === "needs_attention") return "attention";
  if (saga.stop !== null) return saga.legs.some(isOpenQuestion) ? "unknown" : "returning";
  if (saga.quote === null) return "preparing";
  const leg = currentLeg(saga);
  const isWaiting = leg === undefined || ["idle", "ready", "refused"].includes(leg.state);
  if (!isAgreed(saga) && isWaiting) return saga.quoteVersion > 1 ? "confirm_again" : "confirm";
  if (needsTenderChoice(saga)) return "choose_tender";
  return movingStage(order, leg, now);
}

function movingStage(order: Order, leg: Leg | undefined, now: Date): Stage {
  switch (leg?.state) {
    case "pending":
      return "pay";
    case "unknown":
    case "absent":
      return "unknown";
    case "asked":
      // Nobody waits for the answer any more: the process that did was stopped.
      return order.claimedUntil !== null && order.claimedUntil > now ? "working" : "unknown";
    default:
      return "working";
  }
}

function isOpenQuestion(leg: Leg): boolean {
  return leg.state === "unknown" || leg.state === "asked";
}

function tenderOf(order: Order, trade: TradeView | null): TenderView | null {
  const leg = activeTender(order.saga);
  const choice = leg && order.choices.get(leg.n);
  if (!leg || !choice) return null;
  const isShown = leg.state === "pending" && !leg.dropped;
  return {
    mode: choice.mode,
    state: tenderState(leg, choice.mode, isShown),
    codeText: isShown ? trade?.codeText ?? null : null,
    expiresAt: isShown ? trade?.expiresAt?.toISOString() ?? null : null,
    refusal: leg.state === "refused" ? trade?.refusal ?? null : null,
  };
}

function tenderState(
  leg: Leg,
  mode: TenderMode,
  isShown: boolean,
): TenderView["state"] {
  if (isShown) {
    return mode === "scan_code" || mode === "citizen_code" ? "password" : "waiting_for_patient";
  }
  switch (leg.state) {
    case "done":
    case "undoing":
    case "undo_unknown":
    case "undone":
    case "stuck":
      return "paid";
    case "refused":
      return "refused";
    case "pending":
    case "closing":
      return "closing";
    default:
      return "opening";
  }
}

function reasonOf(order: Order): string | null {
  const { stop, stopCode } = order.saga;
  // Going forward it says what the patient has to do again.
  return stop === null ? stopCode : stopCode ?? `checkout.${stop}`;
}
