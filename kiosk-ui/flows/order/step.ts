import type {
  OrderView,
  Quote,
  Receipt,
  TenderView,
} from "../../../server/modules/checkout/contract.ts";
import type { RelativeView } from "../../../server/modules/insurance/relatives/contract.ts";
import type { CardPaymentStep } from "../../../terminal/contract.ts";

/** What became of the slip of this step. */
export type SlipState =
  | { readonly kind: "none" }
  | { readonly kind: "printing" }
  | { readonly kind: "printed" }
  | { readonly kind: "not_printed"; readonly reason: string };

export type OrderStep =
  | {
    readonly kind: "preparing";
    readonly order: OrderView | null;
    readonly until: number;
    readonly slow: boolean;
  }
  | ConfirmStep
  | {
    readonly kind: "confirm_again";
    readonly order: OrderView;
    readonly quote: Quote;
    readonly before: Quote | null;
    readonly sending: boolean;
    readonly trouble: string | null;
  }
  | {
    readonly kind: "choose_tender";
    readonly order: OrderView;
    readonly quote: Quote;
    /** Why the last one came to nothing, as a problem's code; null without one. */
    readonly refused: string | null;
    readonly sending: boolean;
    readonly trouble: string | null;
  }
  /** The scanner is armed for the patient's payment code. */
  | {
    readonly kind: "scan";
    readonly order: OrderView;
    readonly quote: Quote;
    readonly until: number;
    readonly sending: boolean;
  }
  /** A bank card is taken, or its PIN is typed. */
  | CardStep
  | OneCodeStep
  | {
    readonly kind: "pay";
    readonly order: OrderView;
    readonly quote: Quote;
    readonly tender: TenderView;
    readonly until: number | null;
    readonly asking: boolean;
  }
  /** Called off to begin anew, with another settlement or another medium. */
  | { readonly kind: "changing"; readonly order: OrderView; readonly until: number }
  | { readonly kind: "working"; readonly order: OrderView | null; readonly until: number }
  | { readonly kind: "unknown"; readonly order: OrderView | null; readonly slip: SlipState }
  | {
    readonly kind: "completed";
    readonly order: OrderView;
    readonly receipt: Receipt;
    readonly slip: SlipState;
  }
  | { readonly kind: "returning"; readonly order: OrderView; readonly until: number }
  | { readonly kind: "returned"; readonly order: OrderView; readonly slip: SlipState }
  | { readonly kind: "attention"; readonly order: OrderView; readonly slip: SlipState }
  /** No order was made. */
  | { readonly kind: "refused"; readonly code: string };

/** What the patient wants otherwise, before anything was paid. */
export type OrderChange =
  | ({ readonly kind: "settlement" } & FeeCategory)
  /** A relative's account pays too, or not any more. */
  | { readonly kind: "payer"; readonly payer: RelativeView | null }
  | { readonly kind: "medium" };

/** Who pays: insurance by one of the patient's schemes, or the patient alone. */
export interface FeeCategory {
  readonly settlement: OrderView["settlement"];
  /** Another than the usual one; null else. */
  readonly scheme: string | null;
}

/** One QR for all ways to pay on a phone (一码付). */
export interface OneCodeStep {
  readonly kind: "one_code";
  readonly order: OrderView;
  readonly quote: Quote;
  readonly url: string;
  readonly until: number;
  /** The phone has chosen, and pays. */
  readonly isPaying: boolean;
  readonly refused: string | null;
}

export interface CardStep {
  readonly kind: "card";
  readonly order: OrderView;
  readonly quote: Quote;
  readonly at: Exclude<CardPaymentStep, { kind: "ended" }>;
  /** Of reading and sending, which the terminal bounds by itself, ours. */
  readonly until: number;
}

export interface ConfirmStep {
  readonly kind: "confirm";
  readonly order: OrderView;
  readonly quote: Quote;
  readonly sending: boolean;
  readonly trouble: string | null;
}

/** What the screen knows beside the order itself. */
export interface OrderMemory {
  readonly confirmed: Quote | null;
  readonly slip: SlipState;
  readonly until: number;
}

/** The screen of an order: a function of what the platform says, exhaustive over its stages. */
export function stepOf(order: OrderView, memory: OrderMemory): OrderStep {
  const { slip } = memory;
  const until = order.deadline === null ? memory.until : Date.parse(order.deadline);
  const { quote, tender } = order;
  const asked = { order, sending: false, trouble: null };
  switch (order.stage) {
    case "preparing":
      return { kind: "preparing", order, until, slow: false };
    case "confirm":
      return quote ? { kind: "confirm", quote, ...asked } : { kind: "working", order, until };
    case "confirm_again":
      return quote
        ? { kind: "confirm_again", quote, before: memory.confirmed, ...asked }
        : { kind: "working", order, until };
    case "choose_tender":
      return quote
        ? { kind: "choose_tender", quote, refused: refusalOf(tender), ...asked }
        : { kind: "working", order, until };
    case "pay":
      return payStepOf(order, until);
    case "working":
      return { kind: "working", order, until };
    case "unknown":
      return { kind: "unknown", order, slip };
    case "completed":
      return order.receipt
        ? { kind: "completed", order, receipt: order.receipt, slip }
        : { kind: "working", order, until };
    case "returning":
      return { kind: "returning", order, until };
    case "returned":
      return { kind: "returned", order, slip };
    case "attention":
      return { kind: "attention", order, slip };
  }
}

function payStepOf(order: OrderView, until: number): OrderStep {
  const { quote, tender } = order;
  if (!quote || !tender) return { kind: "working", order, until };
  if (tender.state === "refused") {
    const refused = refusalOf(tender);
    return { kind: "choose_tender", order, quote, refused, sending: false, trouble: null };
  }
  const ends = tender.expiresAt ?? order.deadline;
  return {
    kind: "pay",
    order,
    quote,
    tender,
    until: ends === null ? null : Date.parse(ends),
    asking: false,
  };
}

/** The token ran out between quote and settlement: it is shown again, nothing has failed. */
export const TOKEN_OVER = "insurance.token_expired";

/** Where nobody said why, the plain sentence for a payment that came to nothing. */
const DECLINED = "payment.declined";

/** Of an order while its one code is on the screen; null once it goes its own way. */
export function oneCodeAfter(shown: OneCodeStep, view: OrderView): OneCodeStep | null {
  const { quote, tender, stage } = view;
  if (!quote || (stage !== "choose_tender" && stage !== "pay")) return null;
  const isPaying = stage === "pay" && tender?.state !== "refused";
  if (isPaying && (tender?.state === "paid" || isForScanner(tender))) return null;
  return { ...shown, order: view, quote, isPaying, refused: refusalOf(tender) };
}

/** A code that a phone cannot follow as a link: the wallet has to scan it off the screen. */
function isForScanner(tender: TenderView | null): boolean {
  const codeText = tender?.codeText ?? null;
  return codeText !== null && !/^https?:\/\//.test(codeText);
}

function refusalOf(tender: TenderView | null): string | null {
  return tender?.state === "refused" ? tender.refusal ?? DECLINED : null;
}

/**
 * What leaving the screen does to the order. `cancel`: nothing was paid yet, the order is called
 * off. `slip`: money may be moving, so the patient takes a slip and the terminal's journal goes on.
 */
export function leaveBy(step: OrderStep): "cancel" | "slip" | "plain" {
  switch (step.kind) {
    case "confirm":
    case "preparing":
      return step.order?.cancellable ? "cancel" : "plain";
    case "confirm_again":
    case "choose_tender":
    case "scan":
    case "card":
    case "one_code":
      return step.order.cancellable ? "cancel" : "slip";
    case "changing":
      return step.order.cancellable ? "cancel" : "plain";
    case "pay":
    case "working":
    case "unknown":
    case "returning":
      return "slip";
    case "completed":
    case "returned":
    case "attention":
    case "refused":
      return "plain";
  }
}

const WAITING: ReadonlySet<OrderStep["kind"]> = new Set([
  "preparing",
  "scan",
  "card",
  "one_code",
  "changing",
  "pay",
  "working",
  "returning",
]);

/** The patient has nothing to do but wait (or is busy on the phone): the idle clock stands. */
export function waitsForOthers(step: OrderStep): boolean {
  return WAITING.has(step.kind);
}
