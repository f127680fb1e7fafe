import { createModel, effect, type Model, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { DischargeReply } from "../../../terminal/contract.ts";
import { type Answer, NO_ANSWER } from "../../devices.ts";
import type { FlowContext, PatientSession } from "../flow.ts";
import type { SlipState } from "../order/step.ts";
import type { DepositAmount, InpatientStep, Stay, TypingStep } from "./step.ts";

const LOAD_MS_MAX = 30_000;
/** Past this without a word the screen says that it goes on without the patient. */
export const DISCHARGE_MS_MAX = 60_000;
const ASK_PERIOD_MS = 2_000;
const YUAN_DIGITS_MAX = 6;

export interface InpatientFlow {
  readonly step: ReadonlySignal<InpatientStep>;
  load(): Promise<void>;
  choose(choice: string): void;
  /** Another amount than those offered, where that is allowed. */
  type(): void;
  press(digit: string): void;
  erase(): void;
  clear(): void;
  check(): void;
  askBack(): void;
  confirm(): Promise<void>;
  print(): Promise<void>;
  /** False where there is nothing to go back to inside. */
  back(): boolean;
}

export const InpatientModel = createModel(
  function inpatient(
    context: FlowContext,
    session: PatientSession,
    pay: (amount: DepositAmount, stay: Stay) => void,
  ): InpatientFlow {
    const { identificationId } = session;
    const step = signal<InpatientStep>(loading());
    let dischargeId: string | null = null;
    let closed = false;

    effect(() => {
      const stop = context.timers.every(ASK_PERIOD_MS, () => void poll());
      return () => {
        closed = true;
        stop();
      };
    });

    function loading(): InpatientStep {
      return { kind: "loading", until: context.now() + LOAD_MS_MAX };
    }

    function show({ view }: DischargeReply): void {
      const shown = step.value;
      if (closed || shown.kind !== "returning") return;
      const isOver = view !== null && view.state !== "returning";
      if (isOver || context.now() > shown.until) {
        step.value = { kind: "ended", view, slip: { kind: "none" } };
        if (view?.state === "returned" || view?.state === "partly") void print();
      } else step.value = { ...shown, view };
    }

    async function poll(): Promise<void> {
      if (step.value.kind !== "returning" || dischargeId === null) return;
      const answer = await context.port.discharge(dischargeId);
      const view = step.value.kind === "returning" ? step.value.view : null;
      show(answer.ok ? answer.value : { id: dischargeId, view });
    }

    async function print(): Promise<void> {
      const shown = step.value;
      if (shown.kind !== "ended" || dischargeId === null || shown.slip.kind === "printing") return;
      step.value = { ...shown, slip: { kind: "printing" } };
      const answer = await context.port.printDischarge(dischargeId);
      if (closed) return;
      const slip: SlipState = answer.ok ? answer.value : { kind: "not_printed", reason: "error" };
      step.value = { ...shown, slip };
    }

    function typed(change: (digits: string) => string): void {
      const shown = step.value;
      if (shown.kind !== "typing") return;
      const digits = change(shown.digits).replace(/^0+/, "").slice(0, YUAN_DIGITS_MAX);
      step.value = { ...shown, digits, isOutside: false };
    }

    function asked(answer: Answer<DischargeReply>): void {
      if (closed) return;
      if (answer.ok) {
        dischargeId = answer.value.id;
        show(answer.value);
      } else if (answer.code === NO_ANSWER) {
        // It may have begun; without an id there is nothing to ask about.
        step.value = { kind: "ended", view: null, slip: { kind: "none" } };
      } else step.value = { kind: "refused", code: answer.code };
    }

    return {
      step,
      async load(): Promise<void> {
        step.value = loading();
        const answer = await context.port.inpatient(identificationId);
        if (closed) return;
        if (!answer.ok) step.value = { kind: "refused", code: answer.code };
        else if (answer.value.account === null) step.value = { kind: "none" };
        else step.value = { kind: "stay", stay: answer.value.account };
      },
      choose(choice): void {
        const shown = step.value;
        if (shown.kind === "stay") pay({ choice }, shown.stay);
      },
      type(): void {
        const shown = step.value;
        if (shown.kind !== "stay" || !shown.stay.topUp?.typed) return;
        step.value = { kind: "typing", stay: shown.stay, digits: "", isOutside: false };
      },
      press: (digit) => typed((digits) => digits + digit),
      erase: () => typed((digits) => digits.slice(0, -1)),
      clear: () => typed(() => ""),
      check(): void {
        const shown = step.value;
        if (shown.kind !== "typing" || shown.digits === "") return;
        if (isOutside(shown)) step.value = { ...shown, isOutside: true };
        else pay({ typedFen: `${shown.digits}00` }, shown.stay);
      },
      askBack(): void {
        const shown = step.value;
        if (shown.kind === "stay" && canHaveBack(shown.stay)) {
          step.value = { kind: "confirm", stay: shown.stay };
        }
      },
      async confirm(): Promise<void> {
        if (step.value.kind !== "confirm") return;
        step.value = { kind: "returning", view: null, until: context.now() + DISCHARGE_MS_MAX };
        asked(await context.port.requestDischarge(identificationId));
      },
      print,
      back(): boolean {
        const shown = step.value;
        if (shown.kind !== "typing" && shown.kind !== "confirm") return false;
        step.value = { kind: "stay", stay: shown.stay };
        return true;
      },
    };
  },
);

export type InpatientModelInstance = Model<InpatientFlow>;

export function canHaveBack({ discharge }: Stay): boolean {
  return discharge !== null && discharge.bars.length === 0;
}

/** The platform judges again; here it only spares the patient a way. */
function isOutside({ stay, digits }: TypingStep): boolean {
  const limits = stay.topUp?.typed;
  const fen = BigInt(digits) * 100n;
  return !limits || fen < BigInt(limits.minFen) || fen > BigInt(limits.maxFen);
}
