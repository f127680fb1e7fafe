import type { Kysely, QueryCreator, Transaction } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import type { Organisation } from "./organisation.ts";
import { listByCodes } from "./organisations/store.ts";
import { findCityRow, findOrganisationById, insertOrganisations } from "./store.ts";
import type { AccessTables } from "./tables.ts";

export async function getOrganisation(
  deps: { readonly db: Kysely<AccessTables> },
  id: string,
): Promise<Organisation> {
  const organisation = await findOrganisation(deps, id);
  if (!organisation) {
    throw new DomainError("access.not_found", `Cannot find organisation "${id}"`);
  }
  return organisation;
}

export async function findOrganisation(
  deps: { readonly db: Kysely<AccessTables> },
  id: string,
): Promise<Organisation | null> {
  return await findOrganisationById(deps.db, id);
}

/** The root of the tree; null before the tree was loaded. */
export async function findCity(
  deps: { readonly db: Kysely<AccessTables> },
): Promise<Organisation | null> {
  return await findCityRow(deps.db);
}

/** Parents before children. */
export async function addOrganisations(
  tx: Transaction<AccessTables>,
  rowTags: RowTags,
  organisations: readonly Organisation[],
): Promise<void> {
  await insertOrganisations(tx, rowTags, organisations);
}

/** Centres and stations by code, wherever they stand. */
export async function listInstitutionsByCode(
  db: QueryCreator<AccessTables>,
  codes: readonly string[],
): Promise<ReadonlyMap<string, Organisation>> {
  const found = await listByCodes(db, codes);
  return new Map(found.filter(({ type }) => type !== null).map((node) => [node.code, node]));
}
