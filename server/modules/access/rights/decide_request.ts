import type { Transaction } from "kysely";
import { isUnchanged, tagAfter } from "../../../platform/tagged_table.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { requireAnotherAdministrator } from "../accounts/last_administrator.ts";
import { type AccountRow, lockAccount, updateAccount } from "../accounts/store.ts";
import { type Caller, scopeOf } from "../caller.ts";
import { type AccessTables, REQUEST_TAGGED } from "../tables.ts";
import type { RightsRequestView } from "./contract.ts";
import { GRANTS_HELD_MAX } from "./effective_rights.ts";
import { endGrant } from "./end_grant.ts";
import { refusal, type RequestRightsDeps, viewOf } from "./request_rights.ts";
import {
  findRequestOf,
  holdRole,
  insertGrant,
  type ListedRequest,
  lockActiveGrants,
  lockGrant,
  lockRequest,
  type RequestRow,
  updateRequest,
} from "./store.ts";
import { changed, withTag } from "./tagged_rows.ts";

export interface Decision {
  readonly id: string;
  readonly verdict: "approved" | "refused";
  readonly note: string | null;
}

type Tx = Transaction<AccessTables & AuditTables>;

/**
 * By the security administrator of the node it is about, on what others asked for others. Approved,
 * the grant is there, or ended, in the same transaction. One that somebody wrote into can be
 * refused, never approved.
 */
export async function decideRequest(
  deps: RequestRightsDeps,
  caller: Caller,
  decision: Decision,
): Promise<RightsRequestView> {
  const { id } = decision;
  const decided = await deps.db.transaction().execute((tx) => decide(deps, tx, caller, decision));
  if (decided) return decided;
  await deps.brokenRows.tell([{ table: "rights_request", rowId: id }]);
  throw refusal("not_found", id);
}

/** Null, with nothing done, for one to be approved that was changed past the platform. */
async function decide(
  deps: RequestRightsDeps,
  tx: Tx,
  caller: Caller,
  { id, verdict, note }: Decision,
): Promise<RightsRequestView | null> {
  const found = await findRequestOf(tx, { id, of: { scope: scopeOf(caller, "rights.approve") } });
  if (!found) throw refusal("not_found", id);
  if (verdict === "approved") await requireOthersLeft(tx, found);
  const request = await lockWaiting(tx, id);
  const isOurs = await isUnchanged(tx, deps.rowTags, { tagged: REQUEST_TAGGED, row: request });
  if (verdict === "approved" && !isOurs) return null;
  requireOthers(request, caller);
  if (verdict === "approved") await carryOut(deps, { tx, request, caller });
  const decided = { decided_by: caller.accountId, decided_at: deps.clock.now(), note };
  await keepRequest(deps, tx, { before: request, to: { state: verdict, ...decided } });
  await recordDecision(deps, { tx, request, caller, decision: { id, verdict, note } });
  return await viewOf(tx, request);
}

async function keepRequest(
  { rowTags }: RequestRightsDeps,
  tx: Tx,
  { before, to }: { readonly before: RequestRow; readonly to: Partial<RequestRow> },
): Promise<void> {
  const after = { ...before, ...to };
  const tag = await tagAfter(tx, rowTags, { tagged: REQUEST_TAGGED, before, after });
  await updateRequest(tx, { ...after, tag });
}

/** By who asked, while it waits. */
export async function withdrawRequest(
  deps: RequestRightsDeps,
  caller: Caller,
  id: string,
): Promise<RightsRequestView> {
  return await deps.db.transaction().execute(async (tx) => {
    const found = await findRequestOf(tx, { id, of: { requestedBy: caller.accountId } });
    if (!found) throw refusal("not_found", id);
    const request = await lockWaiting(tx, id);
    await keepRequest(deps, tx, { before: request, to: { state: "withdrawn" } });
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.rights_withdrawn",
      result: "succeeded",
      objectId: id,
      organisationId: request.organisation_id,
      fields: { accountId: request.account_id },
    }]);
    return await viewOf(tx, request);
  });
}

/** First of the locks: who is administrator, then request, role, account and grant. */
async function requireOthersLeft(tx: Tx, { row, duty }: ListedRequest): Promise<void> {
  if (row.grant_id === null) return;
  await requireAnotherAdministrator(tx, { duty, leaving: { grantId: row.grant_id } });
}

async function lockWaiting(tx: Tx, id: string): Promise<RequestRow> {
  const request = await lockRequest(tx, id);
  if (request?.state !== "waiting") throw refusal("request_decided", id);
  return request;
}

/** Nobody decides on what he asked for, nor on what he is to get. */
function requireOthers({ id, requested_by, account_id }: RequestRow, { accountId }: Caller): void {
  if (accountId === requested_by || accountId === account_id) throw refusal("own_request", id);
}

interface Approved {
  readonly tx: Tx;
  readonly request: RequestRow;
  readonly caller: Caller;
}

async function carryOut(deps: RequestRightsDeps, approved: Approved): Promise<void> {
  const { tx, request } = approved;
  await holdRole(tx, request.role_id);
  const account = await lockAccount(tx, request.account_id);
  if (!account || account.state === "closed") throw refusal("account_closed", request.account_id);
  if (request.grant_id === null) await makeGrant(deps, { ...approved, account });
  else await endGranted(deps, { ...approved, grantId: request.grant_id });
  const to = { rights_version: account.rights_version + 1n };
  await updateAccount(tx, await changed(deps.rowTags, "account", { row: account, to }));
}

async function makeGrant(
  { rowTags, clock }: RequestRightsDeps,
  { tx, request, caller, account }: Approved & { readonly account: AccountRow },
): Promise<void> {
  const now = clock.now();
  const { grant_expires_at } = request;
  if (grant_expires_at !== null && grant_expires_at <= now) throw refusal("expired", request.id);
  const held = await lockActiveGrants(tx, account.id);
  if (held.length >= GRANTS_HELD_MAX) throw refusal("too_many_grants", account.login);
  const isHeld = held.some(({ role_id, organisation_id }) =>
    role_id === request.role_id && organisation_id === request.organisation_id
  );
  if (isHeld) throw refusal("already_granted", request.role_id);
  const grant = await withTag(rowTags, "account_grant", {
    // Of the request, so that it is known what the grant came from.
    id: request.id,
    account_id: account.id,
    role_id: request.role_id,
    duty: account.duty,
    organisation_id: request.organisation_id,
    granted_by: caller.accountId,
    granted_at: now,
    expires_at: grant_expires_at,
    ended_at: null,
    ended_by: null,
  });
  await insertGrant(tx, grant);
}

async function endGranted(
  deps: RequestRightsDeps,
  { tx, caller, grantId }: Approved & { readonly grantId: string },
): Promise<void> {
  const grant = await lockGrant(tx, grantId);
  if (!grant || grant.ended_at !== null) throw refusal("grant_ended", grantId);
  const { actor, accountId } = caller;
  await endGrant(deps, tx, { grant, actor, endedBy: accountId, why: "requested" });
}

async function recordDecision(
  { audit }: RequestRightsDeps,
  { tx, request, caller, decision }: Approved & { readonly decision: Decision },
): Promise<void> {
  const { kind, account_id: accountId, role_id: roleId, organisation_id: organisationId } = request;
  const { note } = decision;
  const about = { result: "succeeded", objectId: request.id, organisationId } as const;
  await audit.record(tx, caller.actor, [
    decision.verdict === "approved"
      ? {
        kind: "access.rights_approved",
        ...about,
        fields: { kind, accountId, roleId, organisationId, note },
      }
      : { kind: "access.rights_refused", ...about, fields: { accountId, note } },
  ]);
}
