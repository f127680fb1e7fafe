import type { Kysely } from "kysely";
import { type Caller, scopeOf } from "../../access/caller.ts";
import { getOrganisationIn } from "../../access/organisations/find_in_scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { CheckoutTables } from "../tables.ts";
import type { InFlightQuery, InFlightReply } from "./contract.ts";
import { countInFlightIn } from "./store.ts";

/** What is not at its end, by state; none may be left before a switch (R-BIL-17). */
export async function readInFlight(
  { db }: { readonly db: Kysely<CheckoutTables & AccessTables> },
  caller: Caller,
  { organisationId }: InFlightQuery,
): Promise<InFlightReply> {
  const all = scopeOf(caller, "order.read");
  const place = organisationId === undefined
    ? null
    : await getOrganisationIn(db, { id: organisationId, scope: all });
  const states = await countInFlightIn(db, place ? { paths: [place.path] } : all);
  return {
    organisation: place && { id: place.id, name: place.name },
    states: states.map((each) => ({ ...each, oldestAt: each.oldestAt.toISOString() })),
  };
}
