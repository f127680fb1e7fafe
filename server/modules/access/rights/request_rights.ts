import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import { tagOf } from "../../../platform/tagged_table.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { requireFuture } from "../accounts/expiry.ts";
import { findAccountIn, lockAccount } from "../accounts/store.ts";
import { type Caller, scopeOf } from "../caller.ts";
import { getOrganisationIn } from "../organisations/find_in_scope.ts";
import { type AccessTables, REQUEST_TAGGED } from "../tables.ts";
import type { BrokenRows } from "./broken_rows.ts";
import type { RequestRightsBody, RightsRequestView } from "./contract.ts";
import { toRequestView } from "./list_rights.ts";
import {
  findGrantIn,
  findRequestOf,
  hasWaitingRequest,
  holdRole,
  insertRequest,
  lockActiveGrants,
  type RequestRow,
} from "./store.ts";

export interface RequestRightsDeps {
  readonly db: Kysely<AccessTables & AuditTables>;
  readonly clock: Clock;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
  readonly brokenRows: BrokenRows;
}

type Wanted = Pick<
  RequestRow,
  "account_id" | "role_id" | "organisation_id" | "grant_id" | "grant_expires_at"
>;

/** Asks; nothing is held before the security administrator approves. */
export async function requestRights(
  deps: RequestRightsDeps,
  caller: Caller,
  body: RequestRightsBody,
): Promise<RightsRequestView> {
  return await deps.db.transaction().execute(async (tx) => {
    const wanted = body.kind === "grant"
      ? await wantedGrant(deps, { tx, caller, body })
      : await wantedEnd({ tx, caller, body });
    const by = { requestedBy: caller.accountId, now: deps.clock.now() };
    const row = await rowOf(deps, body, { wanted, ...by });
    if (await hasWaitingRequest(tx, row)) throw refusal("already_requested", row.role_id);
    if (!await insertRequest(tx, row)) throw refusal("id_taken", row.id);
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.rights_requested",
      result: "succeeded",
      objectId: row.id,
      organisationId: row.organisation_id,
      fields: {
        kind: row.kind,
        accountId: row.account_id,
        roleId: row.role_id,
        organisationId: row.organisation_id,
        reason: row.reason,
      },
    }]);
    return await viewOf(tx, row);
  });
}

interface Asked<Kind extends RequestRightsBody["kind"]> {
  readonly tx: Transaction<AccessTables>;
  readonly caller: Caller;
  readonly body: Extract<RequestRightsBody, { readonly kind: Kind }>;
}

async function wantedGrant(
  { clock }: RequestRightsDeps,
  { tx, caller, body }: Asked<"grant">,
): Promise<Wanted> {
  requireFuture(body.expiresAt, clock.now());
  const scope = scopeOf(caller, "rights.request");
  const organisation = await getOrganisationIn(tx, { id: body.organisationId, scope });
  const found = await findAccountIn(tx, { id: body.accountId, scope });
  // What the three administrators hold is nothing that others get to see or ask for.
  if (!found || (caller.duty === "business" && found.row.duty !== "business")) {
    throw refusal("not_found", body.accountId);
  }
  if (found.row.state === "closed") throw refusal("account_closed", body.accountId);
  const role = await holdRole(tx, body.roleId);
  if (!role) throw refusal("not_found", body.roleId);
  if (role.duty !== found.row.duty) throw refusal("duty_excludes", role.name);
  // As who decides locks them: the role, the account, then its grants.
  await lockAccount(tx, body.accountId);
  const held = await lockActiveGrants(tx, body.accountId);
  if (held.some((grant) => isSame(grant, body))) throw refusal("already_granted", role.name);
  return {
    account_id: body.accountId,
    role_id: role.id,
    organisation_id: organisation.id,
    grant_id: null,
    grant_expires_at: body.expiresAt === null ? null : new Date(body.expiresAt),
  };
}

function isSame(
  grant: { readonly role_id: string; readonly organisation_id: string },
  wanted: { readonly roleId: string; readonly organisationId: string },
): boolean {
  return grant.role_id === wanted.roleId && grant.organisation_id === wanted.organisationId;
}

async function wantedEnd({ tx, caller, body }: Asked<"end">): Promise<Wanted> {
  const scope = scopeOf(caller, "rights.request");
  const grant = await findGrantIn(tx, { id: body.grantId, scope });
  if (!grant || (caller.duty === "business" && grant.duty !== "business")) {
    throw refusal("not_found", body.grantId);
  }
  const { account_id, role_id, organisation_id } = grant;
  return { account_id, role_id, organisation_id, grant_id: grant.id, grant_expires_at: null };
}

async function rowOf(
  { rowTags }: Pick<RequestRightsDeps, "rowTags">,
  { id, kind, reason }: RequestRightsBody,
  { wanted, requestedBy, now }: {
    readonly wanted: Wanted;
    readonly requestedBy: string;
    readonly now: Date;
  },
): Promise<RequestRow> {
  const row = {
    id,
    kind,
    ...wanted,
    reason,
    requested_by: requestedBy,
    requested_at: now,
    state: "waiting",
    decided_by: null,
    decided_at: null,
    note: null,
  } as const;
  return { ...row, tag: await tagOf(rowTags, REQUEST_TAGGED, row) };
}

/** As it stands now. */
export async function viewOf(
  tx: Transaction<AccessTables>,
  { id, requested_by }: Pick<RequestRow, "id" | "requested_by">,
): Promise<RightsRequestView> {
  const found = await findRequestOf(tx, { id, of: { requestedBy: requested_by } });
  if (!found) throw refusal("not_found", id);
  return toRequestView(found);
}

export function refusal(reason: string, value: string): DomainError {
  return new DomainError(`access.${reason}`, `Cannot do this with "${value}": ${reason}`);
}
