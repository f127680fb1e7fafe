import { createModel, effect, type Model, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { OrderView, Quote } from "../../../server/modules/checkout/contract.ts";
import type {
  CardPaymentAct,
  CardPaymentEnd,
  CardPaymentStep,
  NewOrderRequest,
  OrderReply,
  Slip,
  TerminalEvent,
} from "../../../terminal/contract.ts";
import { type Answer, NO_ANSWER, type TenderChoice } from "../../devices.ts";
import type { Cancel } from "../../timers.ts";
import type { FlowContext } from "../flow.ts";
import {
  type CardStep,
  leaveBy,
  oneCodeAfter,
  type OneCodeStep,
  type OrderChange,
  type OrderStep,
  type SlipState,
  stepOf,
} from "./step.ts";

/** Past this without a word the screen says that it takes longer, and how to leave. */
export const PREPARE_MS_MAX = 45_000;
export const WORK_MS_MAX = 60_000;
/** How long the scanner waits for the patient's code. */
export const SCAN_MS_MAX = 90_000;
/** Events carry every change; asking is the net below them. */
export const ASK_PERIOD_MS = 4_000;

/** The platform shows no pages to phones. */
const NO_PAY_PAGE = "checkout.no_pay_page";

const FINAL_STEPS: ReadonlySet<OrderStep["kind"]> = new Set(["completed", "returned", "refused"]);
const NO_SLIP: SlipState = { kind: "none" };

export interface OrderFlow {
  readonly step: ReadonlySignal<OrderStep>;
  start(): Promise<void>;
  receive(event: TerminalEvent): void;
  confirm(): Promise<void>;
  showCode(): Promise<void>;
  /** A bank card; the terminal's events say how far it is. */
  payByCard(): Promise<void>;
  actOnCard(act: CardPaymentAct): Promise<void>;
  /** At the medical-insurance payment centre. */
  payAtCentre(): Promise<void>;
  scanCode(): void;
  /** One QR; the phone chooses how. */
  showOneCode(): Promise<void>;
  /** Puts the code away at the bank first; the platform says what follows. */
  otherWay(): Promise<void>;
  /** "I have paid": asks at once instead of waiting for the notice. */
  askNow(): Promise<void>;
  cancel(): Promise<void>;
  print(): Promise<void>;
  /** Calls the order off; the kiosk begins it anew. */
  change(change: OrderChange): Promise<void>;
  /** Leaves the screen without leaving the money: see `leaveBy`. */
  leave(): Promise<void>;
  orderId(): string | null;
}

export const OrderModel = createModel(
  function order(
    context: FlowContext,
    request: NewOrderRequest,
    calledOff: (change: OrderChange) => void,
  ): OrderFlow {
    const step = signal<OrderStep>({
      kind: "preparing",
      order: null,
      until: context.now() + PREPARE_MS_MAX,
      slow: false,
    });
    let id: string | null = null;
    let confirmed: Quote | null = null;
    let slip: SlipState = NO_SLIP;
    let closed = false;
    let sending = false;
    /** The patient put the last code away: that is no refusal to speak of. */
    let putAway = false;
    /** Code of the last refusal, shown until the stage changes. */
    let trouble: string | null = null;
    let since = { stage: "", at: context.now() };
    /** Of the platform, while a card or phone is waited for. */
    let latest: OrderView | null = null;
    /** Till the order is called off, nothing else is shown. */
    let wanted: OrderChange | null = null;

    effect(() => {
      const stop: Cancel = context.timers.every(ASK_PERIOD_MS, () => void poll());
      return () => {
        closed = true;
        stop();
      };
    });

    function show(view: OrderView): void {
      if (closed) return;
      if (since.stage !== view.stage) {
        since = { stage: view.stage, at: context.now() };
        slip = NO_SLIP;
        trouble = null;
      }
      if (wanted && view.stage === "returned") return calledOff(wanted);
      if (wanted && isCallingOff(view)) return;
      wanted = null;
      const shown = step.value;
      // The patient is told to hold up the phone or to type: only news ends that.
      const isBusy = shown.kind === "card" || shown.kind === "scan" && !shown.sending;
      if (isBusy && view.stage === "choose_tender") {
        latest = view;
        return;
      }
      if (shown.kind === "one_code") {
        const goesOn = oneCodeAfter(shown, view);
        if (goesOn) {
          step.value = goesOn;
          return;
        }
      }
      const boundMs = view.stage === "preparing" ? PREPARE_MS_MAX : WORK_MS_MAX;
      const shownNext = stepOf(view, { confirmed, slip, until: since.at + boundMs });
      const next = shownNext.kind === "choose_tender" && putAway
        ? { ...shownNext, refused: null }
        : shownNext;
      step.value = pastBound("trouble" in next ? { ...next, sending, trouble } : next);
      if (view.stage === "completed" && slip.kind === "none") void printSlip("receipt");
    }

    /** A wait that went past its bound says so honestly instead of turning on. */
    function pastBound(shown: OrderStep): OrderStep {
      const isLong = shown.kind === "working" || shown.kind === "changing";
      if (isLong && context.now() > shown.until) {
        wanted = null;
        return { kind: "unknown", order: shown.order, slip };
      }
      if (shown.kind === "card" && shown.at.kind === "sending" && context.now() > shown.until) {
        return { kind: "unknown", order: shown.order, slip };
      }
      if (shown.kind === "preparing" && context.now() > shown.until) {
        return { ...shown, slow: true };
      }
      return shown;
    }

    function take(answer: Answer<OrderReply>): void {
      if (closed) return;
      if (answer.ok && answer.value.view) show(answer.value.view);
      if (answer.ok || answer.code === NO_ANSWER) return;
      const shown = step.value;
      trouble = answer.code;
      if (shown.kind === "preparing" && id === null) {
        step.value = { kind: "refused", code: answer.code };
      } else if (shown.kind === "scan") backFromScan();
      else if ("trouble" in shown) step.value = { ...shown, sending: false, trouble };
    }

    async function poll(): Promise<void> {
      const shown = step.value;
      if (id === null || sending || FINAL_STEPS.has(shown.kind)) return;
      if (shown.kind === "scan" && context.now() > shown.until) backFromScan();
      else step.value = pastBound(shown);
      const answer = await context.port.order(id);
      if (answer.ok && !sending) take(answer);
    }

    function backFromScan(): void {
      const shown = step.value;
      if (shown.kind !== "scan") return;
      const { order, quote } = shown;
      step.value = { kind: "choose_tender", order, quote, refused: null, sending, trouble };
    }

    function workingOn(order: OrderView): OrderStep {
      return { kind: "working", order, until: context.now() + WORK_MS_MAX };
    }

    /** The card's side of a payment; once it was presented, the order says what comes of it. */
    function follow(at: CardPaymentStep): void {
      const shown = step.value;
      if (shown.kind !== "card" && shown.kind !== "choose_tender") return;
      const { order, quote } = shown;
      if (at.kind !== "ended") step.value = { kind: "card", order, quote, at, until: boundOf(at) };
      else if (shown.kind === "card") afterCard(shown, at.reason);
    }

    function boundOf(at: CardStep["at"]): number {
      return "until" in at ? at.until : context.now() + WORK_MS_MAX;
    }

    function afterCard({ order, quote }: CardStep, reason: CardPaymentEnd | null): void {
      putAway = false;
      sending = false;
      trouble = reason === null || reason === "stopped" ? null : `card.${reason}`;
      if (reason === null) {
        const until = context.now() + WORK_MS_MAX;
        step.value = { kind: "working", order, until };
        if (latest) show(latest);
      } else {
        step.value = { kind: "choose_tender", order, quote, refused: null, sending, trouble };
      }
      latest = null;
    }

    /** Marks the step as sending, asks, and shows what came; a lost answer is waited for. */
    async function send(ask: (id: string) => Promise<Answer<OrderReply>>): Promise<void> {
      const shown = step.value;
      if (id === null || sending) return;
      sending = true;
      trouble = null;
      if ("trouble" in shown) step.value = { ...shown, sending, trouble };
      const answer = await ask(id);
      if (closed) return;
      sending = false;
      if (!answer.ok && answer.code === NO_ANSWER && "order" in shown) {
        step.value = { kind: "working", order: shown.order, until: context.now() + WORK_MS_MAX };
      }
      take(answer);
    }

    async function tender(choice: TenderChoice): Promise<void> {
      putAway = false;
      await send((orderId) => context.port.tender(orderId, choice));
    }

    async function printSlip(kind: Slip): Promise<void> {
      if (id === null || slip.kind === "printing") return;
      setSlip({ kind: "printing" });
      const answer = await context.port.print(id, kind);
      if (closed) return;
      if (!answer.ok) setSlip({ kind: "not_printed", reason: "error" });
      else setSlip(answer.value);
    }

    function setSlip(state: SlipState): void {
      slip = state;
      if ("slip" in step.value) step.value = { ...step.value, slip: state };
    }

    return {
      step,
      async start(): Promise<void> {
        const answer = await context.port.createOrder(request);
        if (closed) return;
        if (answer.ok) id = answer.value.id;
        else if (answer.code === NO_ANSWER) {
          step.value = { kind: "refused", code: NO_ANSWER };
          return;
        }
        take(answer);
      },
      receive(event: TerminalEvent): void {
        if (event.kind === "order" && event.order.id === id) show(event.order);
        if (event.kind === "order_refused" && event.id === id) {
          step.value = { kind: "refused", code: event.problem.code };
        }
        if (event.kind === "card_payment" && event.orderId === id) follow(event.step);
        if (event.kind === "payment_code" && step.value.kind === "scan") {
          step.value = { ...step.value, sending: true };
          void tender({ mode: event.mode, code: event.code });
        }
      },
      async confirm(): Promise<void> {
        const shown = step.value;
        if (shown.kind !== "confirm" && shown.kind !== "confirm_again") return;
        confirmed = shown.quote;
        await send((orderId) => context.port.confirm(orderId, shown.quote.version));
      },
      async change(change: OrderChange): Promise<void> {
        const shown = step.value;
        if (shown.kind !== "confirm" || id === null || sending) return;
        wanted = change;
        step.value = { kind: "changing", order: shown.order, until: context.now() + WORK_MS_MAX };
        const answer = await context.port.cancel(id);
        if (closed || !wanted) return;
        if (answer.ok && answer.value.view) return show(answer.value.view);
        if (answer.ok || answer.code === NO_ANSWER) return;
        wanted = null;
        step.value = { ...shown, trouble: answer.code };
      },
      async showOneCode(): Promise<void> {
        const shown = step.value;
        if (shown.kind !== "choose_tender" || id === null || sending) return;
        sending = true;
        step.value = { ...shown, sending, trouble: null, refused: null };
        const answer = await context.port.payLink(id);
        sending = false;
        const now = step.value;
        if (closed || now.kind !== "choose_tender") return;
        if (!answer.ok && answer.code === NO_PAY_PAGE) {
          context.hidden.value = [...context.hidden.value, "one_code"];
          return await tender({ mode: "show_code" });
        }
        if (!answer.ok) {
          step.value = { ...now, sending, trouble: answer.code };
          return;
        }
        const { url, expiresAt } = answer.value;
        const { order, quote } = now;
        const until = Date.parse(expiresAt);
        const code = { order, quote, url, until, isPaying: false, refused: null };
        step.value = { kind: "one_code", ...code };
      },
      async showCode(): Promise<void> {
        const shown = step.value;
        if (shown.kind === "one_code") step.value = choiceOf(shown);
        await tender({ mode: "show_code" });
      },
      payAtCentre: () => tender({ mode: "medical_mix" }),
      async payByCard(): Promise<void> {
        const shown = step.value;
        if (shown.kind !== "choose_tender" || id === null || sending) return;
        const { order, quote } = shown;
        latest = null;
        trouble = null;
        const at = { kind: "reading" } as const;
        step.value = { kind: "card", order, quote, at, until: boundOf(at) };
        const answer = await context.port.payByCard(id);
        if (!closed && !answer.ok && step.value.kind === "card") {
          trouble = answer.code;
          step.value = { kind: "choose_tender", order, quote, refused: null, sending, trouble };
        }
      },
      async actOnCard(act: CardPaymentAct): Promise<void> {
        if (id !== null && step.value.kind === "card") await context.port.actOnCard(id, act);
      },
      scanCode(): void {
        const shown = step.value;
        if (shown.kind !== "choose_tender") return;
        const { order, quote } = shown;
        const until = context.now() + SCAN_MS_MAX;
        trouble = null;
        step.value = { kind: "scan", order, quote, until, sending: false };
      },
      async otherWay(): Promise<void> {
        const shown = step.value;
        if (shown.kind === "scan") backFromScan();
        else if (shown.kind === "one_code" && !shown.isPaying) step.value = choiceOf(shown);
        else {
          if (shown.kind === "one_code") step.value = workingOn(shown.order);
          putAway = true;
          await send((orderId) => context.port.closeTender(orderId));
        }
      },
      async askNow(): Promise<void> {
        const shown = step.value;
        if (shown.kind !== "pay" || id === null) return;
        step.value = { ...shown, asking: true };
        take(await context.port.order(id));
      },
      cancel: () => send((orderId) => context.port.cancel(orderId)),
      async print(): Promise<void> {
        const shown = step.value.kind;
        if (shown === "completed") await printSlip("receipt");
        else if (shown === "returned") await printSlip("returned");
        else if (shown === "unknown" || shown === "attention") await printSlip("pending");
      },
      async leave(): Promise<void> {
        const how = leaveBy(step.value);
        if (id === null || how === "plain") return;
        if (step.value.kind === "card") await context.port.actOnCard(id, "stop");
        if (how === "cancel") await context.port.cancel(id);
        else if (slip.kind === "none" || slip.kind === "not_printed") await printSlip("pending");
      },
      orderId: () => id,
    };
  },
);

/** The code on the screen was put away before a phone used it. */
function choiceOf({ order, quote }: OneCodeStep): OrderStep {
  return { kind: "choose_tender", order, quote, refused: null, sending: false, trouble: null };
}

/** It was asked to, and is not done yet. */
function isCallingOff({ stage }: OrderView): boolean {
  return stage === "preparing" || stage === "confirm" || stage === "returning";
}

export type OrderModelInstance = Model<OrderFlow>;
