import { DomainError } from "../../platform/errors.ts";
import type { PatientView } from "../identity/contract.ts";
import { findTradeView } from "../payment/find_trade.ts";
import { findOrder } from "../checkout/find_order.ts";
import { type Order, rulesOf } from "../checkout/order.ts";
import { titleOf } from "../checkout/paid_orders.ts";
import { sourceOfRefund } from "../checkout/refund_source.ts";
import { findStanding } from "../checkout/standing.ts";
import { legOfKind } from "../checkout/saga.ts";
import type { RefundView } from "./contract.ts";
import type { RefundDeps } from "./find_refundable.ts";
import { viewRefund } from "./refund_view.ts";
import { findRequest, type RequestRow, selectRequestsOf } from "./store.ts";

export interface ReadRefundDeps extends RefundDeps {
  readonly patientOf: (identificationId: string) => Promise<PatientView>;
}

export function notFound(id: string): DomainError {
  return new DomainError("refund.not_found", `Cannot find refund "${id}"`);
}

export async function getRequest(deps: Pick<RefundDeps, "db">, id: string): Promise<RequestRow> {
  const row = await findRequest(deps.db, id);
  if (!row) throw notFound(id);
  return row;
}

/** The refund as it stands, asked for its result (R-REF-05). */
export async function readRefund(deps: ReadRefundDeps, row: RequestRow): Promise<RefundView> {
  const order = await requireOrder(deps, row.order_id);
  const refund = row.state === "begun" ? await findOrder(deps, row.id) : null;
  const where = await deps.siteOf(order);
  const rules = rulesOf(where.profile);
  const source = refund
    ? await sourceOfRefund(deps, refund.payable).catch(() => null)
    : await standingOf(deps, order, rules);
  const cash = refund && legOfKind(refund.saga, "cash_return");
  const choice = refund && cash && refund.choices.get(cash.n);
  const patient = await deps.patientOf(order.identificationId).catch(() => null);
  return viewRefund({
    row,
    order,
    title: await titleOf(deps, order),
    refund,
    priced: source?.priced ?? null,
    trade: choice ? await findTradeView(deps.db, choice.tradeId) : null,
    rules,
    slip: patient && {
      institution: where.site.name,
      terminalNumber: where.terminalNumber,
      maskedName: patient.maskedName,
      maskedIdNumber: patient.maskedIdNumber,
    },
  });
}

async function standingOf(
  deps: RefundDeps,
  order: Order,
  rules: Parameters<typeof findStanding>[1]["rules"],
) {
  const requests = await selectRequestsOf(deps.db, [order.id]);
  const refundIds = requests.filter(({ state }) => state === "begun").map(({ id }) => id);
  return await findStanding(deps, { order, refundIds, rules }).catch(() => null);
}

export async function requireOrder(deps: RefundDeps, id: string): Promise<Order> {
  const order = await findOrder(deps, id);
  if (!order || order.payable.kind === "refund") {
    throw new DomainError("refund.not_found", `Cannot find order "${id}"`);
  }
  return order;
}
