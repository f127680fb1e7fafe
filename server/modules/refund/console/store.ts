import type { QueryCreator } from "kysely";
import { inScope, type Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { RequestRow } from "../store.ts";
import type { RefundTables } from "../tables.ts";

/** Of institutions in scope, newest first. */
export async function selectRefundsIn(
  db: QueryCreator<RefundTables & AccessTables>,
  { scope, waiting, after, limit }: {
    readonly scope: Scope;
    readonly waiting: boolean;
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<(RequestRow & { institution_name: string })[]> {
  let query = db.selectFrom("refund_request")
    .innerJoin("organisation", "organisation.id", "refund_request.institution_id")
    .selectAll("refund_request").select("organisation.name as institution_name")
    .where((eb) => inScope(eb, "organisation.path", scope));
  if (waiting) query = query.where("refund_request.state", "=", "asked");
  if (after !== null) query = query.where("refund_request.id", "<", after);
  return await query.orderBy("refund_request.id", "desc").limit(limit).execute();
}
