import type { Kysely } from "kysely";
import { businessDay, type Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { isId } from "../../../platform/ids.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { type Caller, scopeOf } from "../../access/caller.ts";
import type { Organisation } from "../../access/organisation.ts";
import { getOrganisationIn } from "../../access/organisations/find_in_scope.ts";
import { listByIds, listOrganisationsIn } from "../../access/organisations/store.ts";
import { cutPage } from "../../access/page.ts";
import type { AccessTables } from "../../access/tables.ts";
import type {
  PostingPage,
  PostingQuery,
  TrialBalanceQuery,
  TrialBalanceReply,
} from "../contract.ts";
import { type AccountSums, balanceOf } from "../days/day_balance.ts";
import type { LedgerTables } from "../tables.ts";
import { type PostingInScope, selectPostingsIn } from "./store.ts";
import { readTrialBalance, totalsOf, type TrialBalance, trialMoment } from "./trial_balance.ts";
import { trialCsv } from "./trial_csv.ts";

export interface BooksDeps {
  readonly db: Kysely<LedgerTables & AccessTables & AuditTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

export async function viewTrialBalance(
  deps: BooksDeps,
  caller: Caller,
  query: TrialBalanceQuery,
): Promise<TrialBalanceReply> {
  const { node, balance } = await readOf(deps, caller, query);
  const { byAccount, total } = totalsOf(balance.accounts);
  return {
    organisation: { id: node.id, name: node.name },
    day: balance.day,
    at: balance.at?.toISOString() ?? null,
    closed: balance.closed,
    accounts: byAccount.map((sums) => ({ account: sums.account, ...texts(sums) })),
    total: texts(total),
  };
}

/** Leaves an event: what a node took in is worth knowing who carried away. */
export async function exportTrialBalance(
  deps: BooksDeps,
  caller: Caller,
  query: TrialBalanceQuery,
): Promise<string> {
  const { node, balance } = await readOf(deps, caller, query);
  const ids = [...new Set(balance.accounts.map(({ institutionId }) => institutionId))];
  const institutions = new Map((await listByIds(deps.db, ids)).map((of) => [of.id, of]));
  await deps.db.transaction().execute((tx) =>
    deps.audit.record(tx, caller.actor, [{
      kind: "ledger.trial_balance_exported",
      result: "succeeded",
      objectId: node.id,
      organisationId: node.id,
      fields: { day: balance.day, rows: balance.accounts.length },
    }])
  );
  return trialCsv(balance, institutions);
}

export async function listPostings(
  { db, clock }: Pick<BooksDeps, "db" | "clock">,
  caller: Caller,
  { organisationId, day, account, cursor, limit }: PostingQuery,
): Promise<PostingPage> {
  const node = await nodeOf({ db }, caller, organisationId);
  const rows = await selectPostingsIn(db, {
    scope: { paths: [node.path] },
    day: day ?? businessDay(clock.now()),
    account,
    after: cursor === undefined ? null : parseCursor(cursor),
    limit: limit + 1,
  });
  const { page, next } = cutPage(rows, { limit, keyOf: (row) => `${row.order_id} ${row.n}` });
  return { postings: page.map(toPosting), next };
}

async function readOf(
  { db, clock }: BooksDeps,
  caller: Caller,
  query: TrialBalanceQuery,
): Promise<{ readonly node: Organisation; readonly balance: TrialBalance }> {
  const node = await nodeOf({ db }, caller, query.organisationId);
  const moment = trialMoment(query, clock.now());
  return { node, balance: await readTrialBalance({ db }, { paths: [node.path] }, moment) };
}

async function nodeOf(
  { db }: Pick<BooksDeps, "db">,
  caller: Caller,
  id: string | undefined,
): Promise<Organisation> {
  const scope = scopeOf(caller, "ledger.read");
  if (id !== undefined) return await getOrganisationIn(db, { id, scope });
  const part = { tops: scope.paths };
  const [top] = await listOrganisationsIn(db, { scope, part, after: null, limit: 1 });
  if (top) return top;
  throw new DomainError("access.not_found", "Cannot show the books: there is no organisation yet");
}

function parseCursor(text: string): { readonly orderId: string; readonly n: number } {
  const [orderId = "", n = ""] = text.split(" ");
  if (isId(orderId) && /^\d{1,6}$/.test(n)) return { orderId, n: Number(n) };
  throw new DomainError("request.malformed", "Cannot read the cursor: expected one of a page");
}

function texts(sums: AccountSums): TrialBalanceReply["total"] {
  return {
    openingFen: sums.openingFen.toString(),
    debitFen: sums.debitFen.toString(),
    creditFen: sums.creditFen.toString(),
    balanceFen: balanceOf(sums).toString(),
  };
}

function toPosting(row: PostingInScope): PostingPage["postings"][number] {
  return {
    orderId: row.order_id,
    n: row.n,
    institutionName: row.institution_name,
    cause: row.cause,
    debit: row.debit,
    credit: row.credit,
    amountFen: row.amount_fen.toString(),
    postedAt: row.posted_at.toISOString(),
  };
}
