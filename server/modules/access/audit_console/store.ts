import type { Expression, QueryCreator } from "kysely";
import { inScope, type Scope } from "../scope.ts";
import type { AccessTables } from "../tables.ts";

/** A query, not its answer: it narrows others in the database. */
export function organisationIdsIn(
  db: QueryCreator<AccessTables>,
  scope: Scope,
): Expression<string> {
  return db.selectFrom("organisation").select("organisation.id")
    .where((eb) => inScope(eb, "organisation.path", scope)).$asScalar();
}
