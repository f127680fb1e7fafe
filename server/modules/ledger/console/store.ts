import { type QueryCreator, sql } from "kysely";
import { inScope, type Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { LedgerTables } from "../tables.ts";

export interface HoldRow {
  readonly order_id: string;
  readonly institution_id: string;
  readonly institution_name: string;
  /** Credits less debits of the hold account; numeric comes as text. */
  readonly held: string;
  readonly since: Date;
}

/** As `listOpenHolds`, of institutions in scope. */
export async function selectHoldsIn(
  db: QueryCreator<LedgerTables & AccessTables>,
  { scope, since, limit }: {
    readonly scope: Scope;
    readonly since: Date;
    readonly limit: number;
  },
): Promise<HoldRow[]> {
  const held = sql<string>`sum(case
    when credit = 'patient:hold' then amount_fen
    when debit = 'patient:hold' then -amount_fen
    else 0 end)`;
  return await db.selectFrom("ledger_posting")
    .innerJoin("organisation", "organisation.id", "ledger_posting.institution_id")
    .select([
      "ledger_posting.order_id",
      "ledger_posting.institution_id",
      "organisation.name as institution_name",
    ])
    .select([held.as("held"), sql<Date>`min(posted_at)`.as("since")])
    .where("ledger_posting.at", ">=", since)
    .where((eb) => inScope(eb, "organisation.path", scope))
    .groupBy(["ledger_posting.order_id", "ledger_posting.institution_id", "organisation.name"])
    .having(held, "<>", "0")
    .orderBy("since").limit(limit).execute();
}
