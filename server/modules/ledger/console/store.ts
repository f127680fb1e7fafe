import { type QueryCreator, sql } from "kysely";
import { inScope, type Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { LedgerTables } from "../tables.ts";

/** Every question of the console is narrowed here to where its caller may look. */

type Db = QueryCreator<LedgerTables & AccessTables>;

// deno-lint-ignore explicit-function-return-type -- the query's type is kysely's to say
function holdsIn(db: Db, scope: Scope) {
  return db.selectFrom("ledger_hold")
    .innerJoin("organisation", "organisation.id", "ledger_hold.institution_id")
    .where((eb) => inScope(eb, "organisation.path", scope));
}

export type HoldInScope = LedgerTables["ledger_hold"] & { readonly institution_name: string };

/** As `listOpenHolds`, of institutions in scope. */
export async function selectHoldsIn(
  db: Db,
  { scope, limit }: { readonly scope: Scope; readonly limit: number },
): Promise<HoldInScope[]> {
  return await holdsIn(db, scope).selectAll("ledger_hold")
    .select("organisation.name as institution_name")
    .orderBy("ledger_hold.since").orderBy("ledger_hold.order_id").limit(limit).execute();
}

/** All of them that began before `until` and not before `from`. */
export async function sumHoldsIn(
  db: Db,
  { scope, from, until }: {
    readonly scope: Scope;
    readonly from: Date | null;
    readonly until: Date;
  },
): Promise<{ readonly holds: number; readonly fen: bigint }> {
  let query = holdsIn(db, scope).where("ledger_hold.since", "<", until);
  if (from !== null) query = query.where("ledger_hold.since", ">=", from);
  const row = await query.select((eb) => eb.fn.countAll().as("holds"))
    .select(sql<bigint | null>`cast(sum(held_fen) as bigint)`.as("fen")).executeTakeFirst();
  return { holds: Number(row?.holds ?? 0), fen: row?.fen ?? 0n };
}
