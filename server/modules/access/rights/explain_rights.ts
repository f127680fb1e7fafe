import type { Kysely } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Clock } from "../../../platform/clock.ts";
import { findAccountIn } from "../accounts/store.ts";
import { type Caller, scopeOf } from "../caller.ts";
import { getOrganisationIn } from "../organisations/find_in_scope.ts";
import { listNames } from "../organisations/store.ts";
import { type Duty, isPermission, mayHold, type Permission, PERMISSIONS } from "../permission.ts";
import type { AccessTables } from "../tables.ts";
import type { RightsExplanation } from "./contract.ts";
import { GRANTS_HELD_MAX, judgeAccount, type JudgedGrant, judgeGrant } from "./effective_rights.ts";
import { inRanges } from "./role.ts";
import { whoOf } from "./list_rights.ts";
import { listAskers, listGrantsOfAccount, listLogins } from "./store.ts";

export interface ExplainRightsDeps {
  readonly db: Kysely<AccessTables>;
  readonly clock: Clock;
  readonly rowTags: RowTags;
}

export interface RightsQuestion {
  readonly accountId: string;
  readonly organisationId: string;
  readonly address?: string | undefined;
}

/** A judged grant, as one node of the tree sees it. */
interface SeenGrant extends JudgedGrant {
  readonly why: RightsExplanation["grants"][number]["trouble"];
}

/** "Why can this account do that here?", answered by the very judgement its requests meet. */
export async function explainRights(
  deps: ExplainRightsDeps,
  caller: Caller,
  { accountId, organisationId, address }: RightsQuestion,
): Promise<RightsExplanation> {
  const { db } = deps;
  const scope = scopeOf(caller, "rights.read");
  const organisation = await getOrganisationIn(db, { id: organisationId, scope });
  const account = (await findAccountIn(db, { id: accountId, scope }))?.row;
  if (!account) throw new DomainError("access.not_found", `Cannot find account "${accountId}"`);
  const held = await listGrantsOfAccount(db, { accountId, limit: GRANTS_HELD_MAX });
  const isFrom = (ranges: readonly string[]) => address === undefined || inRanges(ranges, address);
  const grants = await Promise.all(held.map(async (grant): Promise<SeenGrant> => {
    const judged = await judgeGrant(deps, grant, isFrom);
    return { ...judged, why: whyNothing(judged, organisation.path) };
  }));
  const accountTrouble = await judgeAccount(deps, account);
  return {
    account: { id: account.id, login: account.login, duty: account.duty },
    organisation: { id: organisation.id, name: organisation.name },
    accountTrouble,
    grants: await tellGrants(deps, grants),
    permissions: Object.keys(PERMISSIONS).filter(isPermission).map((permission) =>
      tellPermission(permission, { duty: account.duty, isWorking: !accountTrouble, grants })
    ),
  };
}

function whyNothing({ trouble, grant, node }: JudgedGrant, at: string): SeenGrant["why"] {
  if (trouble === "broken") return "broken";
  if (grant.ended_at !== null) return "ended";
  if (trouble !== null) return trouble;
  return at.startsWith(node.path) ? null : "elsewhere";
}

function tellPermission(
  permission: Permission,
  { duty, isWorking, grants }: {
    readonly duty: Duty;
    readonly isWorking: boolean;
    readonly grants: readonly SeenGrant[];
  },
): RightsExplanation["permissions"][number] {
  const able = grants.filter(({ readRole }) => readRole?.permissions.includes(permission));
  const giving = able.filter(({ why }) => why === null);
  const told = { permission, title: PERMISSIONS[permission].title };
  const grantIds = (giving.length > 0 ? giving : able).map(({ grant }) => grant.id);
  if (isWorking && giving.length > 0) return { ...told, held: true, grantIds, whyNot: null };
  return { ...told, held: false, grantIds, whyNot: whyNot() };

  function whyNot(): RightsExplanation["permissions"][number]["whyNot"] {
    if (!mayHold(duty, permission)) return "duty";
    if (giving.length > 0) return "account";
    return able[0]?.why ?? "not_granted";
  }
}

async function tellGrants(
  { db }: ExplainRightsDeps,
  grants: readonly SeenGrant[],
): Promise<RightsExplanation["grants"]> {
  const [askers, logins, places] = await Promise.all([
    listAskers(db, grants.map(({ grant }) => grant.id)),
    listLogins(db, grants.flatMap(({ grant }) => grant.granted_by ?? [])),
    listNames(db, grants.map(({ grant }) => grant.organisation_id)),
  ]);
  return grants.map(({ grant, role, readRole, why }) => ({
    id: grant.id,
    role: { id: role.id, name: role.name },
    organisation: { id: grant.organisation_id, name: places.get(grant.organisation_id) ?? "" },
    addresses: readRole?.addresses ? [...readRole.addresses] : null,
    requestedBy: askers.get(grant.id) ?? null,
    approvedBy: whoOf(grant.granted_by, logins.get(grant.granted_by ?? "")),
    approvedAt: grant.granted_at.toISOString(),
    expiresAt: grant.expires_at?.toISOString() ?? null,
    trouble: why,
  }));
}
