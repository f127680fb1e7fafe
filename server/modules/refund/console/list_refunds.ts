import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import { accountNames } from "../../access/accounts/account_names.ts";
import { type Caller, scopeOf } from "../../access/caller.ts";
import { getOrganisationIn } from "../../access/organisations/find_in_scope.ts";
import { cutPage } from "../../access/page.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { OrderState } from "../../checkout/contract.ts";
import { orderHeads } from "../../checkout/order_states.ts";
import type { CheckoutTables } from "../../checkout/tables.ts";
import type { RefundState } from "../contract.ts";
import { returningState } from "../refund_view.ts";
import type { RequestRow } from "../store.ts";
import type { RefundTables } from "../tables.ts";
import type { RefundPage, RefundQuery } from "./contract.ts";
import { selectRefundsIn } from "./store.ts";

export interface ListRefundsDeps {
  readonly db: Kysely<RefundTables & AccessTables & CheckoutTables>;
  readonly refunds: { readonly clock: Clock; readonly sealer: Sealer };
}

const MINUTE_MS = 60_000;

export async function listRefunds(
  { db, refunds: { clock, sealer } }: ListRefundsDeps,
  caller: Caller,
  { waiting, state, organisationId, orderId, olderThanMinutes, after, limit }: RefundQuery,
): Promise<RefundPage> {
  const all = scopeOf(caller, "refund.read");
  const scope = organisationId === undefined
    ? all
    : { paths: [(await getOrganisationIn(db, { id: organisationId, scope: all })).path] };
  const rows = await selectRefundsIn(db, {
    scope,
    state: waiting === "true" ? "asked" : state,
    orderId,
    until: olderThanMinutes === undefined
      ? null
      : new Date(clock.now().getTime() - olderThanMinutes * MINUTE_MS),
    after,
    limit: limit + 1,
  });
  const { page, next } = cutPage(rows, { limit, keyOf: ({ id }) => id });
  const begun = page.filter(({ state }) => state === "begun").map(({ id }) => id);
  const heads = await orderHeads(db, [...begun, ...page.map(({ order_id }) => order_id)]);
  const names = await accountNames({ db, sealer }, page.map(({ account_id }) => account_id));
  return {
    refunds: page.map((row) => ({
      id: row.id,
      orderId: row.order_id,
      orderNumber: heads.get(row.order_id)?.number ?? null,
      institutionName: row.institution_name,
      state: stateOfRow(row, heads.get(row.id)?.state),
      why: row.why,
      askedBy: row.asked_by,
      askedByName: names.get(row.account_id) ?? null,
      askedAt: row.at.toISOString(),
      valueFen: row.value_fen.toString(),
    })),
    next,
  };
}

function stateOfRow({ state }: RequestRow, order: OrderState | undefined): RefundState {
  if (state === "asked") return "asked";
  return state === "begun" && order ? returningState(order) : "rejected";
}
