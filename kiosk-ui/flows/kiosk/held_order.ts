import type { Service } from "../../../server/modules/settings/contract.ts";
import type { FlowContext } from "../flow.ts";
import { IdentifyModel } from "../identify/model.ts";
import { RelativesModel } from "../relatives/model.ts";
import type { KioskStep, OrderStage } from "./step.ts";

export interface HeldOrderDeps {
  readonly context: FlowContext;
  readonly go: (next: KioskStep) => void;
}

export interface HeldOrder {
  presentFor(held: OrderStage): void;
  changeOrder(held: OrderStage): void;
}

/** The order stays while its patient shows a code or thinks about another way. */
export function heldOrder({ context, go }: HeldOrderDeps): HeldOrder {
  /**
   * A fresh code for an order that waits: the same quote is confirmed again, nothing begins anew.
   * Where insurance knows the patient no more, the order is called off.
   */
  function presentFor(held: OrderStage): void {
    const { session, payable } = held;
    const service: Service = payable.kind === "bills" ? "pay" : "register";
    const flow = new IdentifyModel(context, service, {
      async show(shown, medium) {
        const { identificationId } = session;
        const answer = await context.port.present({ ...shown, identificationId, service });
        if (!answer.ok) return answer;
        const { value } = answer;
        if ("kind" in value) return { ok: true, value };
        const next = { ...session, insurance: value, medium, presentedFor: service };
        return { ok: true, value: () => goOnWith({ ...held, session: next }) };
      },
    });
    const again = { session, ordered: null, isStranger: false, held };
    go({ kind: "identify", service, flow, again });
  }

  function goOnWith(held: OrderStage): void {
    if (held.session.insurance.status === "covered") {
      go(held);
      void held.flow.confirm();
    } else {
      void held.flow.leave();
      go({ kind: "coverage", session: held.session });
    }
  }

  /** The order waits till it is known what shall be otherwise. */
  function changeOrder(held: OrderStage): void {
    const flow = new RelativesModel(context, held.session, (change) => {
      go(held);
      void held.flow.change(change);
    });
    go({ kind: "relatives", session: held.session, flow, held });
  }

  return { presentFor, changeOrder };
}
