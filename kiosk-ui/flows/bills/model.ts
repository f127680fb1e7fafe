import { createModel, effect, type Model, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { Bill } from "../../../server/modules/billing/contract.ts";
import type { FlowContext, PatientSession } from "../flow.ts";
import type { FeeCategory } from "../order/step.ts";

/** Bounds of `payableSchema` in checkout. */
export const CHOSEN_MAX = 20;
export const BILLS_PER_PAGE = 4;
export const LINES_PER_PAGE = 7;
export const LOAD_MS_MAX = 30_000;

export interface BillChoice extends FeeCategory {
  readonly billIds: readonly string[];
}

export type BillsStep =
  | { readonly kind: "loading"; readonly until: number }
  | { readonly kind: "empty" }
  | { readonly kind: "refused"; readonly code: string }
  | BillsListStep
  | {
    readonly kind: "detail";
    readonly bill: Bill;
    readonly page: number;
    readonly list: BillsListStep;
  };

export interface BillsListStep {
  readonly kind: "list";
  readonly bills: readonly Bill[];
  readonly chosen: readonly string[];
  readonly page: number;
  readonly fee: FeeCategory;
  /** More than {@link CHOSEN_MAX} were wanted. */
  readonly tooMany: boolean;
}

export interface BillsFlow {
  readonly step: ReadonlySignal<BillsStep>;
  load(): Promise<void>;
  toggle(billId: string): void;
  toggleAll(): void;
  turnTo(page: number): void;
  settleBy(fee: FeeCategory): void;
  open(billId: string): void;
  close(): void;
  pay(): void;
}

export const BillsModel = createModel(
  function bills(
    context: FlowContext,
    session: PatientSession,
    paid: (choice: BillChoice) => void,
  ): BillsFlow {
    const step = signal<BillsStep>({ kind: "loading", until: context.now() + LOAD_MS_MAX });
    let closed = false;
    effect(() => () => {
      closed = true;
    });

    function editList(change: (list: BillsListStep) => Partial<BillsListStep>): void {
      const list = step.value;
      if (list.kind === "list") step.value = { ...list, tooMany: false, ...change(list) };
    }

    return {
      step,
      async load(): Promise<void> {
        step.value = { kind: "loading", until: context.now() + LOAD_MS_MAX };
        const answer = await context.port.bills(session.identificationId);
        if (closed) return;
        if (!answer.ok) step.value = { kind: "refused", code: answer.code };
        else if (answer.value.bills.length === 0) step.value = { kind: "empty" };
        else step.value = listOf(answer.value.bills, session);
      },
      toggle: (billId: string) =>
        editList((list) => {
          if (list.chosen.includes(billId)) {
            return { chosen: list.chosen.filter((id) => id !== billId) };
          }
          if (list.chosen.length >= CHOSEN_MAX) return { tooMany: true };
          return { chosen: [...list.chosen, billId] };
        }),
      toggleAll: () =>
        editList((list) => {
          const all = list.bills.slice(0, CHOSEN_MAX).map((bill) => bill.id);
          return { chosen: list.chosen.length === all.length ? [] : all };
        }),
      turnTo(page: number): void {
        if (step.value.kind === "detail") step.value = { ...step.value, page };
        else editList(() => ({ page }));
      },
      settleBy: (fee: FeeCategory) => editList(() => ({ fee })),
      open(billId: string): void {
        const list = step.value;
        if (list.kind !== "list") return;
        const bill = list.bills.find((each) => each.id === billId);
        if (bill) step.value = { kind: "detail", bill, page: 0, list };
      },
      close(): void {
        if (step.value.kind === "detail") step.value = step.value.list;
      },
      pay(): void {
        const list = step.value;
        if (list.kind !== "list" || !canPay(list)) return;
        paid({ billIds: list.chosen, ...list.fee });
      },
    };
  },
);

export type BillsModelInstance = Model<BillsFlow>;

export function usualFee({ insurance }: PatientSession): FeeCategory {
  return { settlement: insurance.status === "covered" ? "insurance" : "self_pay", scheme: null };
}

function listOf(listed: readonly Bill[], session: PatientSession): BillsListStep {
  const isBarred = ({ mobilePayable }: Bill) => mobilePayable === false;
  // First, so that nobody looks for it on the next page.
  const bills = [...listed.filter(isBarred), ...listed.filter((bill) => !isBarred(bill))];
  return {
    kind: "list",
    bills,
    // Everything together is what most come for; taking one out is a tap.
    chosen: bills.slice(0, CHOSEN_MAX).map((bill) => bill.id),
    page: 0,
    fee: usualFee(session),
    tooMany: false,
  };
}

/** One that is chosen is not taken by insurance here: it goes, or all are paid by oneself. */
export function isInsuranceBarred({ bills, chosen }: BillsListStep): boolean {
  return bills.some(({ id, mobilePayable }) => mobilePayable === false && chosen.includes(id));
}

export function canPay(list: BillsListStep): boolean {
  if (list.chosen.length === 0) return false;
  return list.fee.settlement === "self_pay" || !isInsuranceBarred(list);
}

export function sumOf(bills: readonly Bill[], chosen: readonly string[]): bigint {
  let total = 0n;
  for (const bill of bills) if (chosen.includes(bill.id)) total += BigInt(bill.amountFen);
  return total;
}
