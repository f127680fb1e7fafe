import { createModel, effect, type Model, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type {
  Refundable,
  RefundableList,
  RefundView,
  RequestRefundBody,
} from "../../../server/modules/refund/contract.ts";
import type { RefundReply } from "../../../terminal/contract.ts";
import { type Answer, NO_ANSWER } from "../../devices.ts";
import type { FlowContext, PatientSession } from "../flow.ts";
import type { SlipState } from "../order/step.ts";

export const ORDERS_PER_PAGE = 4;
export const LINES_PER_PAGE = 5;
export const LOAD_MS_MAX = 30_000;
/** Past this without a word the screen says that it goes on without the patient. */
export const RETURN_MS_MAX = 60_000;
const ASK_PERIOD_MS = 2_000;

export type PaidOrder = RefundableList["orders"][number];

export type RefundStep =
  | { readonly kind: "loading"; readonly until: number }
  | { readonly kind: "list"; readonly orders: readonly PaidOrder[]; readonly page: number }
  | { readonly kind: "barred"; readonly item: Refundable }
  | ChooseStep
  | { readonly kind: "why"; readonly choice: ChooseStep }
  | {
    readonly kind: "confirm";
    readonly choice: ChooseStep;
    readonly why: RequestRefundBody["why"];
  }
  | { readonly kind: "returning"; readonly view: RefundView | null; readonly until: number }
  /** Over, or goes on without the patient. */
  | { readonly kind: "ended"; readonly view: RefundView | null; readonly slip: SlipState }
  | { readonly kind: "refused"; readonly code: string };

export interface ChooseStep {
  readonly kind: "choose";
  readonly item: Refundable;
  /** Places of lines. */
  readonly chosen: readonly number[];
  readonly page: number;
}

export interface RefundFlow {
  readonly step: ReadonlySignal<RefundStep>;
  load(): Promise<void>;
  open(orderId: string): Promise<void>;
  turnTo(page: number): void;
  toggle(place: number): void;
  next(): void;
  because(why: RequestRefundBody["why"]): void;
  confirm(): Promise<void>;
  print(): Promise<void>;
  /** False where there is nothing to go back to inside. */
  back(): boolean;
}

export const RefundModel = createModel(
  function refund(context: FlowContext, session: PatientSession): RefundFlow {
    const { identificationId } = session;
    const step = signal<RefundStep>(loading());
    let list: RefundStep = step.value;
    let refundId: string | null = null;
    let closed = false;

    effect(() => {
      const stop = context.timers.every(ASK_PERIOD_MS, () => void poll());
      return () => {
        closed = true;
        stop();
      };
    });

    function loading(): RefundStep {
      return { kind: "loading", until: context.now() + LOAD_MS_MAX };
    }

    /** The answer, unless the screen has gone or there is none to go on with. */
    async function ask<Value>(asked: Promise<Answer<Value>>): Promise<Value | null> {
      step.value = loading();
      const answer = await asked;
      if (closed) return null;
      if (answer.ok) return answer.value;
      step.value = { kind: "refused", code: answer.code };
      return null;
    }

    function show({ view }: RefundReply): void {
      const shown = step.value;
      if (closed || shown.kind !== "returning") return;
      const isOver = view !== null && view.state !== "returning";
      if (isOver || context.now() > shown.until) {
        step.value = { kind: "ended", view, slip: { kind: "none" } };
        if (view?.state === "returned") void print();
      } else step.value = { ...shown, view };
    }

    async function poll(): Promise<void> {
      if (step.value.kind !== "returning" || refundId === null) return;
      const answer = await context.port.refund(refundId);
      const view = step.value.kind === "returning" ? step.value.view : null;
      show(answer.ok ? answer.value : { id: refundId, view });
    }

    async function print(): Promise<void> {
      const shown = step.value;
      if (shown.kind !== "ended" || refundId === null || shown.slip.kind === "printing") return;
      step.value = { ...shown, slip: { kind: "printing" } };
      const answer = await context.port.printRefund(refundId);
      if (closed) return;
      const slip: SlipState = answer.ok ? answer.value : { kind: "not_printed", reason: "error" };
      step.value = { ...shown, slip };
    }

    return {
      step,
      async load(): Promise<void> {
        const found = await ask(context.port.refundables(identificationId));
        if (found) list = step.value = { kind: "list", orders: found.orders, page: 0 };
      },
      async open(orderId: string): Promise<void> {
        const item = await ask(context.port.refundable(identificationId, orderId));
        if (!item) return;
        step.value = item.bars.length > 0 || item.needsApproval
          ? { kind: "barred", item }
          : { kind: "choose", item, chosen: openPlaces(item), page: 0 };
      },
      turnTo(page: number): void {
        const shown = step.value;
        if (shown.kind === "list" || shown.kind === "choose") step.value = { ...shown, page };
      },
      toggle(place: number): void {
        const shown = step.value;
        if (shown.kind !== "choose" || shown.item.wholeOnly) return;
        if (!openPlaces(shown.item).includes(place)) return;
        const others = shown.chosen.filter((each) => each !== place);
        const isChosen = others.length < shown.chosen.length;
        step.value = { ...shown, chosen: isChosen ? others : [...others, place] };
      },
      next(): void {
        const shown = step.value;
        if (shown.kind !== "choose" || shown.chosen.length === 0 && !shown.item.wholeOnly) return;
        step.value = shown.item.kind === "registration"
          ? { kind: "confirm", choice: shown, why: "registration_cancelled" }
          : { kind: "why", choice: shown };
      },
      because(why: RequestRefundBody["why"]): void {
        const shown = step.value;
        if (shown.kind === "why") step.value = { kind: "confirm", choice: shown.choice, why };
      },
      async confirm(): Promise<void> {
        const shown = step.value;
        if (shown.kind !== "confirm") return;
        const { choice, why } = shown;
        const { item, chosen } = choice;
        const lines = isWhole(choice) ? null : [...chosen].sort((a, b) => a - b);
        step.value = { kind: "returning", view: null, until: context.now() + RETURN_MS_MAX };
        const { orderId } = item;
        const answer = await context.port.requestRefund({ identificationId, orderId, lines, why });
        if (closed) return;
        if (answer.ok) {
          refundId = answer.value.id;
          show(answer.value);
        } else if (answer.code === NO_ANSWER) {
          step.value = { kind: "ended", view: null, slip: { kind: "none" } };
        } else step.value = { kind: "refused", code: answer.code };
      },
      print,
      back(): boolean {
        const shown = step.value;
        switch (shown.kind) {
          case "barred":
          case "choose":
            step.value = list;
            return true;
          case "why":
            step.value = shown.choice;
            return true;
          case "confirm":
            step.value = shown.choice;
            return true;
          default:
            return false;
        }
      },
    };
  },
);

export type RefundModelInstance = Model<RefundFlow>;

/** Lines that can still be given back. */
export function openPlaces({ lines }: Refundable): number[] {
  return lines.filter((line) => line.state === "open").map((line) => line.place);
}

/** What the chosen lines cost; of a whole order what stands of it. */
export function valueOf(choice: ChooseStep): bigint {
  const { item, chosen } = choice;
  if (isWhole(choice)) return BigInt(item.valueFen);
  return item.lines.filter((line) => chosen.includes(line.place))
    .reduce((sum, line) => sum + BigInt(line.amountFen), 0n);
}

/** Nothing of it is kept, so that insurance has nothing to settle anew. */
export function isWhole({ item, chosen }: ChooseStep): boolean {
  return item.wholeOnly || chosen.length === openPlaces(item).length;
}
