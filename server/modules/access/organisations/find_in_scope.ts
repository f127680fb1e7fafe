import type { QueryCreator } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { Organisation } from "../organisation.ts";
import type { Scope } from "../scope.ts";
import type { AccessTables } from "../tables.ts";
import { findOrganisationIn } from "./store.ts";

/** Throws DomainError `access.not_found`, for nodes of other places too. */
export async function getOrganisationIn(
  db: QueryCreator<AccessTables>,
  { id, scope }: { readonly id: string; readonly scope: Scope },
): Promise<Organisation> {
  const found = await findOrganisationIn(db, { id, scope });
  if (found) return found;
  throw new DomainError("access.not_found", `Cannot find organisation "${id}"`);
}
