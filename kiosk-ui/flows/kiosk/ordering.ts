import type { BillChoice } from "../bills/model.ts";
import type { FlowContext, PatientSession } from "../flow.ts";
import type { DepositAmount, Stay } from "../inpatient/step.ts";
import { OrderModel } from "../order/model.ts";
import type { FeeCategory, OrderChange } from "../order/step.ts";
import type { SlotChoice } from "../register/model.ts";
import type { KioskStep, Ordered, PresentAgain } from "./step.ts";

export interface OrderingDeps {
  readonly context: FlowContext;
  readonly go: (next: KioskStep) => void;
  /** Another medium for the same patient. */
  readonly identifyAgain: (again: PresentAgain) => void;
}

export interface Ordering {
  order(session: PatientSession, ordered: Ordered): void;
  payBills(session: PatientSession, choice: BillChoice): void;
  paySlot(session: PatientSession, choice: SlotChoice): void;
  payIn(session: PatientSession, amount: DepositAmount, stay: Stay): void;
}

/** What is chosen becomes an order; what shall be otherwise, another one. */
export function ordering({ context, go, identifyAgain }: OrderingDeps): Ordering {
  function order(session: PatientSession, ordered: Ordered): void {
    const { identificationId } = session;
    const { payable, settlement, scheme, payer } = ordered;
    const flow = new OrderModel(
      context,
      {
        identificationId,
        payable,
        settlement,
        ...(scheme !== undefined && { scheme }),
        ...(payer && { payer: { consentId: payer.consentId } }),
      },
      (change) => beginAnew(session, ordered, change),
    );
    go({ kind: "order", session, ...ordered, flow });
    void flow.start();
  }

  /** The fee category needs no second face: it is another order of the same identification. */
  function beginAnew(session: PatientSession, ordered: Ordered, change: OrderChange): void {
    switch (change.kind) {
      case "medium":
        return identifyAgain({ session, ordered, isStranger: false });
      case "settlement": {
        const { payable, summary } = ordered;
        return order(session, { payable, summary, ...feeOf(change) });
      }
      case "payer": {
        const { payer: _last, ...rest } = ordered;
        return order(session, { ...rest, ...(change.payer && { payer: change.payer }) });
      }
    }
  }

  function payBills(session: PatientSession, choice: BillChoice): void {
    const { billIds } = choice;
    order(session, {
      payable: { kind: "bills", billIds: [...billIds] },
      ...feeOf(choice),
      summary: { kind: "bills", count: billIds.length },
    });
  }

  function paySlot(session: PatientSession, choice: SlotChoice): void {
    const { schedule, slot } = choice;
    order(session, {
      payable: { kind: "registration", scheduleId: schedule.id, slotId: slot.id },
      ...feeOf(choice),
      summary: { kind: "registration", schedule, slot },
    });
  }

  function payIn(session: PatientSession, amount: DepositAmount, { ward, bed }: Stay): void {
    order(session, {
      payable: { kind: "deposit", amount },
      settlement: "self_pay",
      summary: { kind: "deposit", place: [ward, bed].filter(Boolean).join(" ") },
    });
  }

  return { order, payBills, paySlot, payIn };
}

function feeOf({ settlement, scheme }: FeeCategory): Pick<Ordered, "settlement" | "scheme"> {
  return scheme === null ? { settlement } : { settlement, scheme };
}
