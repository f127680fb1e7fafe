import type { Expression, QueryCreator, SqlBool, Transaction } from "kysely";
import type { Organisation } from "../organisation.ts";
import { literalLike } from "../page.ts";
import { inScope, type Scope } from "../scope.ts";
import { fromRow } from "../store.ts";
import type { AccessTables } from "../tables.ts";

export async function findOrganisationIn(
  db: QueryCreator<AccessTables>,
  { id, scope }: { readonly id: string; readonly scope: Scope },
): Promise<Organisation | null> {
  const row = await db.selectFrom("organisation").selectAll().where("id", "=", id)
    .where((eb) => inScope(eb, "path", scope)).executeTakeFirst();
  return row ? fromRow(row) : null;
}

/** Part of the tree: below a parent, the tops of a scope (by their paths), or what a search finds. */
export type TreePart =
  | { readonly parentId: string }
  | { readonly tops: readonly string[] }
  | { readonly search: string };

/** By code, one more than `limit`. */
export async function listOrganisationsIn(
  db: QueryCreator<AccessTables>,
  { scope, part, after, limit }: {
    readonly scope: Scope;
    readonly part: TreePart;
    readonly after: string | null;
    readonly limit: number;
  },
): Promise<Organisation[]> {
  const rows = await db.selectFrom("organisation").selectAll()
    .where((eb) => {
      const wanted: Expression<SqlBool>[] = [inScope(eb, "path", scope)];
      if (after !== null) wanted.push(eb("code", ">", after));
      if ("parentId" in part) wanted.push(eb("parent_id", "=", part.parentId));
      if ("tops" in part) wanted.push(eb.or(part.tops.map((path) => eb("path", "=", path))));
      if ("search" in part) {
        const text = literalLike(part.search);
        wanted.push(eb.or([eb("name", "like", `%${text}%`), eb("code", "like", `${text}%`)]));
      }
      return eb.and(wanted);
    })
    .orderBy("code").limit(limit + 1).execute();
  return rows.map(fromRow);
}

export async function countChildren(
  db: QueryCreator<AccessTables>,
  parentIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (parentIds.length === 0) return new Map();
  const rows = await db.selectFrom("organisation").select("parent_id")
    .select((eb) => eb.fn.countAll().as("children"))
    .where("parent_id", "in", parentIds).groupBy("parent_id").execute();
  return new Map(rows.map(({ parent_id, children }) => [parent_id ?? "", Number(children)]));
}

export async function listNames(
  db: QueryCreator<AccessTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("organisation").select(["id", "name"]).where("id", "in", ids)
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The whole tree in a scope, parents before children; at most `limit`. */
export async function listTree(
  db: QueryCreator<AccessTables>,
  { scope, limit }: { readonly scope: Scope; readonly limit: number },
): Promise<Organisation[]> {
  const rows = await db.selectFrom("organisation").selectAll()
    .where((eb) => inScope(eb, "path", scope)).orderBy("path").limit(limit).execute();
  return rows.map(fromRow);
}

/** Of these codes, wherever they stand. */
export async function listByCodes(
  db: QueryCreator<AccessTables>,
  codes: readonly string[],
): Promise<Organisation[]> {
  const found: Organisation[] = [];
  for (let from = 0; from < codes.length; from += CODES_AT_ONCE_MAX) {
    const some = codes.slice(from, from + CODES_AT_ONCE_MAX);
    const rows = await db.selectFrom("organisation").selectAll().where("code", "in", some)
      .execute();
    found.push(...rows.map(fromRow));
  }
  return found;
}

const CODES_AT_ONCE_MAX = 1_000;

/** Changes of the tree come one after the other: each waits for the city's row. */
export async function lockTree(tx: Transaction<AccessTables>): Promise<void> {
  await tx.selectFrom("organisation").select("id").where("kind", "=", "city").forUpdate()
    .execute();
}

export async function updateOrganisation(
  tx: Transaction<AccessTables>,
  { id, name, type, staffPhone }: Organisation,
): Promise<void> {
  await tx.updateTable("organisation").set({ name, type, staff_phone: staffPhone })
    .where("id", "=", id).execute();
}

export async function listByIds(
  db: QueryCreator<AccessTables>,
  ids: readonly string[],
): Promise<Organisation[]> {
  const found: Organisation[] = [];
  for (let from = 0; from < ids.length; from += CODES_AT_ONCE_MAX) {
    const some = ids.slice(from, from + CODES_AT_ONCE_MAX);
    const rows = await db.selectFrom("organisation").selectAll().where("id", "in", some).execute();
    found.push(...rows.map(fromRow));
  }
  return found;
}
