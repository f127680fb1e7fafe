import type { Transaction } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import { systemActor } from "../audit/actor.ts";
import { holdPatient } from "../identity/hold_patient.ts";
import type { CreateOrderDeps } from "./create_order.ts";
import { beginDrive, goOn } from "./drive_order.ts";
import type { CheckoutDb } from "./legs.ts";
import { type Order, orderKey, orderNumber, type OrderSite, rulesOf } from "./order.ts";
import type { RefundFigures } from "./refund_figures.ts";
import { newRefundSaga } from "./refund_legs.ts";
import { activeTender, legOfKind, stateOf } from "./saga.ts";
import type { Standing } from "./standing.ts";
import { insertOrder, takeBills } from "./store.ts";

export interface NewRefund {
  readonly id: string;
  readonly standing: Standing;
  readonly figures: RefundFigures;
  readonly where: OrderSite;
  readonly digest: Uint8Array;
  /** In the transaction that makes the refund and commits its first ask; false leaves it unmade. */
  readonly alongside: (tx: Transaction<CheckoutDb>) => Promise<boolean>;
}

/** Begins to give back; false when `alongside` had none of it, or the refund was there already. */
export async function createRefund(deps: CreateOrderDeps, refund: NewRefund): Promise<boolean> {
  const order = draft(refund);
  const { where, digest } = refund;
  const state = stateOf(order.saga, rulesOf(where.profile));
  const now = deps.clock.now();
  let isNew = false;
  const drive = { known: order, where, actor: systemActor("orders") };
  const begun = await beginDrive(deps, drive, async (tx, partiesOf) => {
    const { patientId } = await partiesOf(order);
    await holdPatient(tx, patientId);
    if (!await refund.alongside(tx)) return null;
    const row = { digest, state, nextAttemptAt: now, changedAt: now, tags: deps.tags };
    isNew = await insertOrder(tx, order, row);
    if (!isNew) return null;
    if (!await takeBills(tx, order)) {
      throw new DomainError(
        "checkout.bill_in_payment",
        "Cannot refund: another order is paying one of the bills",
      );
    }
    return { stored: order, order, events: [] };
  });
  if (begun) await deps.waitFor(goOn(deps, begun));
  return isNew;
}

/** As the order that was paid, of the same patient at the same institution. */
function draft({ id, standing, figures, where }: NewRefund): Order {
  const { order } = standing;
  const saga = newRefundSaga(figures.returned);
  const tender = activeTender(order.saga);
  const choice = tender && order.choices.get(tender.n);
  const cash = legOfKind(saga, "cash_return");
  return {
    ...orderKey(id),
    institutionId: order.institutionId,
    terminalId: order.terminalId,
    identificationId: order.identificationId,
    payable: figures.payable,
    payableText: JSON.stringify(figures.payable),
    settlement: order.settlement,
    number: orderNumber(where.terminalNumber, id),
    saga,
    choices: new Map(cash && choice ? [[cash.n, choice] as const] : []),
    references: new Map(),
    refundIds: new Map(),
    pricedSealed: null,
    fulfilledSealed: null,
    attempts: 0,
    claimedBy: null,
    claimedUntil: null,
    completedAt: null,
  };
}
