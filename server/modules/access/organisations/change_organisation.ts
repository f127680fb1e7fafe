import { type Caller, requireAt, scopeOf } from "../caller.ts";
import type { Organisation } from "../organisation.ts";
import { requireVersion } from "../row_version.ts";
import type { ChangeOrganisationBody, OrganisationView } from "./contract.ts";
import { type ChangeOrganisationsDeps, refusal } from "./create_organisation.ts";
import { getOrganisationIn } from "./find_in_scope.ts";
import { organisationVersion, toView } from "./list_organisations.ts";
import { mayHaveType } from "./organisation_rules.ts";
import { lockTree, updateOrganisation } from "./store.ts";

/**
 * Code, kind and place in the tree stay: money and rights hang on them. Throws DomainError
 * `access.changed_meanwhile`.
 */
export async function changeOrganisation(
  deps: ChangeOrganisationsDeps,
  caller: Caller,
  { id, body }: { readonly id: string; readonly body: ChangeOrganisationBody },
): Promise<OrganisationView> {
  const scope = scopeOf(caller, "organisation.change");
  const organisation = await deps.db.transaction().execute(async (tx) => {
    await lockTree(tx);
    const before = await getOrganisationIn(tx, { id, scope });
    requireAt(caller, { permission: "organisation.change", path: parentPath(before) });
    requireVersion(body.version, organisationVersion(before));
    const after = apply(before, body);
    if (!mayHaveType(after.kind, after.type)) throw refusal("malformed", after.kind, "type");
    await updateOrganisation(tx, after);
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.organisation_changed",
      result: "succeeded",
      objectId: id,
      organisationId: id,
      fields: { before: told(before), after: told(after) },
    }]);
    return after;
  });
  return await toView(deps.db, { scope, organisation });
}

/** A node is changed by who may change what it stands in; the city stands in nothing. */
function parentPath({ id, parentId, path }: Organisation): string {
  return parentId === null ? path : path.slice(0, -`${id}/`.length);
}

function apply(before: Organisation, body: ChangeOrganisationBody): Organisation {
  const { name = before.name, type = before.type, staffPhone = before.staffPhone } = body;
  return { ...before, name, type, staffPhone };
}

/** As the audit trail keeps it. */
function told({ name, type, staffPhone }: Organisation): string {
  return JSON.stringify({ name, type, staffPhone });
}
