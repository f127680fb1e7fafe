import type { IdentityTables } from "../identity/tables.ts";
import type { Kysely } from "kysely";
import { listIdentifications } from "../identity/list_identifications.ts";
import { listPaidOrders } from "../checkout/paid_orders.ts";
import type { RefundableList } from "./contract.ts";
import type { RefundDeps } from "./find_refundable.ts";
import { selectLast } from "./store.ts";

const DAY_MS = 24 * 3_600_000;

/** What a patient paid at an institution lately, to choose from; each is judged when it is chosen. */
export async function listRefundable(
  deps: RefundDeps & { readonly identities: { readonly db: Kysely<IdentityTables> } },
  of: { readonly patientId: string; readonly institutionId: string; readonly terminalId: string },
): Promise<RefundableList> {
  const { daysMax } = await deps.limitsAt(of.terminalId);
  const since = new Date(deps.clock.now().getTime() - daysMax * DAY_MS);
  const visits = await listIdentifications(deps.identities.db, { ...of, since });
  // A deposit is no order to give back by itself: what is left of it is due once the stay is settled.
  const paid = (await listPaidOrders(deps, visits))
    .filter(({ order }) => order.payable.kind !== "deposit");
  const last = await selectLast(deps.db, paid.map(({ order }) => order.id));
  return {
    orders: paid.map(({ order, title }) => ({
      orderId: order.id,
      orderNumber: order.number,
      title,
      kind: order.payable.kind === "registration" ? "registration" : "bills",
      paidAt: (order.completedAt ?? order.at).toISOString(),
      totalFen: (order.saga.quote?.total ?? 0n).toString(),
      refundId: last.find((row) => row.order_id === order.id)?.refund_id ?? null,
    })),
  };
}
