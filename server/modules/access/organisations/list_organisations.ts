import type { Kysely } from "kysely";
import { type Caller, scopeOf } from "../caller.ts";
import { type Organisation, pathIds } from "../organisation.ts";
import { cutPage } from "../page.ts";
import { rowVersion } from "../row_version.ts";
import { covers, type Scope } from "../scope.ts";
import type { AccessTables } from "../tables.ts";
import type { OrganisationPage, OrganisationQuery, OrganisationView } from "./contract.ts";
import { getOrganisationIn } from "./find_in_scope.ts";
import { countChildren, listNames, listOrganisationsIn, type TreePart } from "./store.ts";

export interface ReadOrganisationsDeps {
  readonly db: Kysely<AccessTables>;
}

export async function listOrganisations(
  { db }: ReadOrganisationsDeps,
  caller: Caller,
  query: OrganisationQuery,
): Promise<OrganisationPage> {
  const scope = scopeOf(caller, "organisation.read");
  const { after = null, limit } = query;
  const rows = await listOrganisationsIn(db, { scope, part: partOf(query, scope), after, limit });
  const { page, next } = cutPage(rows, { limit, keyOf: ({ code }) => code });
  return { organisations: await toViews(db, { scope, organisations: page }), next };
}

function partOf({ parentId, search }: OrganisationQuery, { paths }: Scope): TreePart {
  if (search !== undefined) return { search };
  return parentId === undefined ? { tops: paths } : { parentId };
}

/** Throws DomainError `access.not_found`, for nodes of other places too. */
export async function getOrganisationView(
  { db }: ReadOrganisationsDeps,
  caller: Caller,
  id: string,
): Promise<OrganisationView> {
  const scope = scopeOf(caller, "organisation.read");
  return await toView(db, {
    scope,
    organisation: await getOrganisationIn(db, { id, scope }),
  });
}

export async function toView(
  db: Kysely<AccessTables>,
  { scope, organisation }: { readonly scope: Scope; readonly organisation: Organisation },
): Promise<OrganisationView> {
  const [view] = await toViews(db, { scope, organisations: [organisation] });
  if (!view) throw new Error(`Cannot show organisation "${organisation.id}"`);
  return view;
}

async function toViews(
  db: Kysely<AccessTables>,
  { scope, organisations }: {
    readonly scope: Scope;
    readonly organisations: readonly Organisation[];
  },
): Promise<OrganisationView[]> {
  const above = new Map(organisations.map((node) => [node.id, visibleAbove(node, scope)]));
  const [children, names] = await Promise.all([
    countChildren(db, organisations.map(({ id }) => id)),
    listNames(db, [...new Set([...above.values()].flat())]),
  ]);
  return organisations.map(({ path: _path, ...node }) => ({
    ...node,
    childCount: children.get(node.id) ?? 0,
    above: (above.get(node.id) ?? []).map((id) => ({ id, name: names.get(id) ?? "" })),
    version: organisationVersion(node),
  }));
}

export function organisationVersion(
  { name, type, staffPhone }: Pick<Organisation, "name" | "type" | "staffPhone">,
): string {
  return rowVersion([name, type, staffPhone]);
}

/** Ids of the nodes above it that lie in the scope. */
function visibleAbove(node: Organisation, scope: Scope): string[] {
  const ids = pathIds(node);
  return ids.slice(0, -1).filter((_, at) => covers(scope, `/${ids.slice(0, at + 1).join("/")}/`));
}
