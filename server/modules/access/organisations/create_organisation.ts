import type { Kysely, Transaction } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { type Caller, scopeOf } from "../caller.ts";
import { childPath, type Organisation } from "../organisation.ts";
import { findOrganisationById, insertOrganisations } from "../store.ts";
import type { AccessTables } from "../tables.ts";
import type { CreateOrganisationBody, OrganisationView } from "./contract.ts";
import { getOrganisationIn } from "./find_in_scope.ts";
import { toView } from "./list_organisations.ts";
import { isCodeOf, mayHaveType, mayStandBelow } from "./organisation_rules.ts";
import { listByCodes, lockTree } from "./store.ts";

export interface ChangeOrganisationsDeps {
  readonly db: Kysely<AccessTables & AuditTables>;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
}

/** Below a node where the caller may change the tree. */
export async function createOrganisation(
  deps: ChangeOrganisationsDeps,
  caller: Caller,
  body: CreateOrganisationBody,
): Promise<OrganisationView> {
  const scope = scopeOf(caller, "organisation.change");
  const made = await deps.db.transaction().execute(async (tx) => {
    await lockTree(tx);
    const parent = await getOrganisationIn(tx, { id: body.parentId, scope });
    const organisation = { ...body, path: childPath(parent, body.id) };
    await requireAllowed(tx, organisation, parent);
    await insertOrganisations(tx, deps.rowTags, [organisation]);
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.organisation_created",
      result: "succeeded",
      objectId: body.id,
      organisationId: body.parentId,
      fields: { code: body.code, parentId: body.parentId },
    }]);
    return organisation;
  });
  return await toView(deps.db, { scope, organisation: made });
}

async function requireAllowed(
  tx: Transaction<AccessTables>,
  { id, kind, type, code }: Organisation,
  parent: Organisation,
): Promise<void> {
  if (!mayStandBelow(kind, parent.kind)) throw refusal("wrong_parent", parent.kind, "parentId");
  if (!isCodeOf(kind, code)) throw refusal("malformed", code, "code");
  if (!mayHaveType(kind, type)) throw refusal("malformed", String(type), "type");
  if (await findOrganisationById(tx, id)) throw refusal("id_taken", id, "id");
  const [same] = await listByCodes(tx, [code]);
  if (same) throw refusal("code_taken", code, "code");
}

export function refusal(reason: string, value: string, field: string): DomainError {
  return new DomainError(
    `access.${reason}`,
    `Cannot use "${value}" as ${field} of the organisation`,
    { detail: field },
  );
}
