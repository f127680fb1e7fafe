import { type Caller, scopeOf } from "../../access/caller.ts";
import { getOrganisationIn } from "../../access/organisations/find_in_scope.ts";
import { cutPage } from "../../access/page.ts";
import { orderHeads } from "../../checkout/order_states.ts";
import { selectRequestsIn } from "../store.ts";
import type { StaffRequestPage, StaffRequestQuery } from "./contract.ts";
import { requestFacts } from "./request.ts";
import type { RequestDeps } from "./request_row.ts";

/** What hospitals' systems asked for at the places whose orders the caller may see. */
export async function listForStaff(
  { db, clock }: Pick<RequestDeps, "db" | "clock">,
  caller: Caller,
  { organisationId, number, cursor, limit }: StaffRequestQuery,
): Promise<StaffRequestPage> {
  const all = scopeOf(caller, "order.read");
  const scope = organisationId === undefined
    ? all
    : { paths: [(await getOrganisationIn(db, { id: organisationId, scope: all })).path] };
  const rows = await selectRequestsIn(db, { scope, number, before: cursor, limit: limit + 1 });
  const { page, next } = cutPage(rows, { limit, keyOf: ({ id }) => id });
  const heads = await orderHeads(db, page.flatMap(({ order_id }) => order_id ?? []));
  const now = clock.now();
  return {
    requests: page.map((row) => ({
      ...requestFacts(row, heads, now),
      institution: row.institution_code,
      institutionName: row.institution_name,
    })),
    next,
  };
}
