import type { QueryCreator } from "kysely";
import type { ReadableStreams } from "../../audit/viewer/readable_streams.ts";
import { type Caller, scopeOf } from "../caller.ts";
import { getOrganisationIn } from "../organisations/find_in_scope.ts";
import type { Permission } from "../permission.ts";
import type { AccessTables } from "../tables.ts";
import { organisationIdsIn } from "./store.ts";

/**
 * The streams a caller may read: those of the organisations where the permission is held, and the
 * platform's own for who holds it at the root of the tree.
 */
export async function readableStreams(
  db: QueryCreator<AccessTables>,
  { caller, permission, organisationId }: {
    readonly caller: Caller;
    readonly permission: Permission;
    /** Narrows to it and all below it; throws DomainError `access.not_found` out of scope. */
    readonly organisationId: string | undefined;
  },
): Promise<ReadableStreams> {
  const scope = scopeOf(caller, permission);
  if (organisationId === undefined) {
    return { organisations: organisationIdsIn(db, scope), platform: scope.paths.some(isRoot) };
  }
  const { path } = await getOrganisationIn(db, { id: organisationId, scope });
  return { organisations: organisationIdsIn(db, { paths: [path] }), platform: false };
}

function isRoot(path: string): boolean {
  return path.split("/").filter(Boolean).length === 1;
}
