import type { Kysely } from "kysely";
import { writeCsv } from "../../../platform/csv.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { type Caller, scopeOf } from "../caller.ts";
import type { Organisation } from "../organisation.ts";
import type { AccessTables } from "../tables.ts";
import type { ChangeOrganisationsDeps } from "./create_organisation.ts";
import { KIND_WORDS, ORGANISATION_COLUMNS, TYPE_WORDS } from "./organisation_file.ts";
import { listByIds, listTree } from "./store.ts";

const ROWS_MAX = 50_000;

/** What of the tree the caller sees, in the form an import takes. */
export async function exportOrganisations(
  { db, audit }: ChangeOrganisationsDeps & { readonly db: Kysely<AccessTables & AuditTables> },
  caller: Caller,
): Promise<string> {
  const scope = scopeOf(caller, "organisation.read");
  const nodes = await listTree(db, { scope, limit: ROWS_MAX + 1 });
  if (nodes.length > ROWS_MAX) {
    throw new DomainError("access.too_large", `Cannot export over ${ROWS_MAX} organisations`);
  }
  const codes = await parentCodes(db, nodes);
  await db.transaction().execute((tx) =>
    audit.record(tx, caller.actor, [{
      kind: "access.organisations_exported",
      result: "succeeded",
      fields: { rows: nodes.length },
    }])
  );
  const headings = Object.values(ORGANISATION_COLUMNS).map(({ heading }) => heading);
  return writeCsv([headings, ...nodes.map((node) => lineOf(node, codes))]);
}

async function parentCodes(
  db: Kysely<AccessTables>,
  nodes: readonly Organisation[],
): Promise<ReadonlyMap<string, string>> {
  const known = new Map(nodes.map(({ id, code }) => [id, code]));
  const above = nodes.flatMap(({ parentId }) => parentId && !known.has(parentId) ? [parentId] : []);
  for (const { id, code } of await listByIds(db, [...new Set(above)])) known.set(id, code);
  return known;
}

function lineOf(
  { code, name, kind, parentId, type, staffPhone }: Organisation,
  codes: ReadonlyMap<string, string>,
): string[] {
  const parentCode = parentId === null ? "" : codes.get(parentId) ?? "";
  const typeWord = type === null ? "" : TYPE_WORDS[type];
  return [code, name, KIND_WORDS[kind], parentCode, typeWord, staffPhone ?? ""];
}
