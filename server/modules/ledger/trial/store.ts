import { type QueryCreator, sql } from "kysely";
import { inScope, type Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { Flow } from "../days/store.ts";
import type { LedgerTables } from "../tables.ts";

type Db = QueryCreator<LedgerTables & AccessTables>;

export async function selectOpeningsIn(
  db: Db,
  { scope, day }: { readonly scope: Scope; readonly day: string },
): Promise<LedgerTables["ledger_day_balance"][]> {
  return await db.selectFrom("ledger_day_balance")
    .innerJoin("organisation", "organisation.id", "ledger_day_balance.institution_id")
    .selectAll("ledger_day_balance").where("ledger_day_balance.business_day", "=", day)
    .where((eb) => inScope(eb, "organisation.path", scope)).execute();
}

/** What moved after `after` up to `until`, days included; up to `postedBy` of the clock. */
export async function selectFlowsIn(
  db: Db,
  { scope, after, until, postedBy }: {
    readonly scope: Scope;
    readonly after: string | null;
    readonly until: string;
    readonly postedBy: Date | null;
  },
): Promise<Flow[]> {
  let query = db.selectFrom("ledger_posting")
    .innerJoin("organisation", "organisation.id", "ledger_posting.institution_id")
    .select(["ledger_posting.institution_id", "ledger_posting.debit", "ledger_posting.credit"])
    .select(sql<bigint>`cast(sum(amount_fen) as bigint)`.as("amount_fen"))
    .where("ledger_posting.business_day", "<=", until)
    .where((eb) => inScope(eb, "organisation.path", scope));
  if (after !== null) query = query.where("ledger_posting.business_day", ">", after);
  if (postedBy !== null) query = query.where("ledger_posting.posted_at", "<=", postedBy);
  return await query
    .groupBy(["ledger_posting.institution_id", "ledger_posting.debit", "ledger_posting.credit"])
    .execute();
}

export type PostingInScope = LedgerTables["ledger_posting"] & {
  readonly institution_name: string;
};

/** In the order of their orders' ids, from the one after `after`. */
export async function selectPostingsIn(
  db: Db,
  { scope, day, account, after, limit }: {
    readonly scope: Scope;
    readonly day: string;
    readonly account: string | undefined;
    readonly after: { readonly orderId: string; readonly n: number } | null;
    readonly limit: number;
  },
): Promise<PostingInScope[]> {
  let query = db.selectFrom("ledger_posting")
    .innerJoin("organisation", "organisation.id", "ledger_posting.institution_id")
    .selectAll("ledger_posting").select("organisation.name as institution_name")
    .where("ledger_posting.business_day", "=", day)
    .where((eb) => inScope(eb, "organisation.path", scope));
  if (account !== undefined) {
    query = query.where((eb) =>
      eb.or([eb("ledger_posting.debit", "=", account), eb("ledger_posting.credit", "=", account)])
    );
  }
  if (after !== null) {
    query = query.where((eb) =>
      eb.or([
        eb("ledger_posting.order_id", ">", after.orderId),
        eb.and([
          eb("ledger_posting.order_id", "=", after.orderId),
          eb("ledger_posting.n", ">", after.n),
        ]),
      ])
    );
  }
  return await query.orderBy("ledger_posting.order_id").orderBy("ledger_posting.n").limit(limit)
    .execute();
}
