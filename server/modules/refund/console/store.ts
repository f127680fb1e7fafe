import type { QueryCreator } from "kysely";
import { inScope, type Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import { refundsInStates } from "../../checkout/order_states.ts";
import type { CheckoutTables } from "../../checkout/tables.ts";
import type { RefundState } from "../contract.ts";
import { orderStatesOf } from "../refund_view.ts";
import type { RequestRow } from "../store.ts";
import type { RefundTables } from "../tables.ts";

/** Of institutions in scope, newest first. */
export async function selectRefundsIn(
  db: QueryCreator<RefundTables & AccessTables & CheckoutTables>,
  { scope, state, orderId, until, after, limit }: {
    readonly scope: Scope;
    readonly state: RefundState | undefined;
    /** Of this order only. */
    readonly orderId: string | undefined;
    /** Asked for before then. */
    readonly until: Date | null;
    readonly after: string | undefined;
    readonly limit: number;
  },
): Promise<(RequestRow & { institution_name: string })[]> {
  let query = db.selectFrom("refund_request")
    .innerJoin("organisation", "organisation.id", "refund_request.institution_id")
    .selectAll("refund_request").select("organisation.name as institution_name")
    .where((eb) => inScope(eb, "organisation.path", scope));
  if (state === "asked") query = query.where("refund_request.state", "=", "asked");
  else if (state === "rejected") {
    query = query.where("refund_request.state", "in", ["rejected", "withdrawn"]);
  } else if (state !== undefined) {
    query = query.where("refund_request.state", "=", "begun")
      .where("refund_request.id", "in", refundsInStates(db, orderStatesOf(state)));
  }
  if (orderId !== undefined) query = query.where("refund_request.order_id", "=", orderId);
  if (until !== null) query = query.where("refund_request.at", "<", until);
  if (after !== undefined) query = query.where("refund_request.id", "<", after);
  return await query.orderBy("refund_request.id", "desc").limit(limit).execute();
}
