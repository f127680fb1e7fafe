import type { QueryCreator, Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { invariant } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import type { Actor } from "../../audit/actor.ts";
import type { ImportReport } from "../imports/contract.ts";
import { planDigest, requireShown } from "../import_file.ts";
import { childPath, type Organisation } from "../organisation.ts";
import type { Scope } from "../scope.ts";
import { insertOrganisations } from "../store.ts";
import type { AccessTables } from "../tables.ts";
import type { ChangeOrganisationsDeps } from "./create_organisation.ts";
import { readOrganisationFile } from "./organisation_file.ts";
import {
  type ImportPlan,
  type ImportStep,
  type KnownTree,
  planImport,
  shownOf,
} from "./plan_import.ts";
import { listByCodes, listByIds, lockTree, updateOrganisation } from "./store.ts";

export interface ImportOrganisationsDeps extends ChangeOrganisationsDeps {
  readonly clock: Clock;
}

export interface OrganisationImport {
  readonly bytes: Uint8Array;
  /** Where the tree may be changed. */
  readonly scope: Scope;
}

/** What the import would do, with everything that is wrong; changes nothing. */
export async function checkOrganisationImport(
  { db }: Pick<ImportOrganisationsDeps, "db">,
  asked: OrganisationImport,
): Promise<ImportReport> {
  return (await plan(db, asked)).report;
}

/**
 * Does what a check has shown, whole or not at all. Throws DomainError `access.import_differs` when
 * file or tree are not as they were.
 */
export async function importOrganisations(
  deps: ImportOrganisationsDeps,
  { shown, actor, ...asked }: OrganisationImport & {
    readonly shown: Pick<ImportReport, "digest" | "plan">;
    readonly actor: Actor;
  },
): Promise<ImportReport> {
  const { db, audit, clock } = deps;
  requireShown(shown, (await plan(db, asked)).report);
  const importId = newId(clock.now());
  const about = { result: "succeeded", objectId: importId } as const;
  return await db.transaction().execute(async (tx) => {
    await lockTree(tx);
    const { report, steps, tree } = await plan(tx, asked);
    requireShown(shown, report);
    const { rows, digest, created, changed, unchanged } = report;
    const started = { kind: "access.organisations_import_started", ...about } as const;
    await audit.record(tx, actor, [{ ...started, fields: { rows, digest } }]);
    await carryOut(deps, tx, { steps, tree });
    const done = { kind: "access.organisations_imported", ...about } as const;
    await audit.record(tx, actor, [{ ...done, fields: { created, changed, unchanged } }]);
    return report;
  });
}

interface Planned extends Pick<ImportPlan, "steps"> {
  readonly report: ImportReport;
  readonly tree: KnownTree;
}

async function plan(
  db: QueryCreator<AccessTables>,
  { bytes, scope }: OrganisationImport,
): Promise<Planned> {
  const file = readOrganisationFile(bytes);
  const codes = file.lines.flatMap(({ code, parentCode }) =>
    parentCode ? [code, parentCode] : [code]
  );
  const tree = await loadTree(db, [...new Set(codes)]);
  const { steps, errors } = planImport(file, { tree, scope });
  const count = (action: ImportStep["action"]) =>
    steps.filter((step) => step.action === action).length;
  const report = {
    digest: file.digest,
    plan: planDigest(steps.map(told)),
    rows: file.rowCount,
    created: count("created"),
    changed: count("changed"),
    unchanged: count("unchanged"),
    errors: [...errors],
  };
  return { report, steps, tree };
}

async function loadTree(
  db: QueryCreator<AccessTables>,
  codes: readonly string[],
): Promise<KnownTree> {
  const known = await listByCodes(db, codes);
  const parents = await listByIds(db, [
    ...new Set(known.flatMap(({ parentId }) => parentId ?? [])),
  ]);
  return {
    byCode: new Map(known.map((node) => [node.code, node])),
    byId: new Map([...known, ...parents].map((node) => [node.id, node])),
  };
}

function told({ action, line, known }: ImportStep): (string | null)[] {
  const { code, kind, parentCode, name, type, staffPhone } = line;
  return [action, known?.id ?? null, code, kind, parentCode, name, type, staffPhone];
}

async function carryOut(
  { clock, rowTags }: Pick<ImportOrganisationsDeps, "clock" | "rowTags">,
  tx: Transaction<AccessTables>,
  { steps, tree }: Pick<Planned, "steps" | "tree">,
): Promise<void> {
  const byCode = new Map(tree.byCode);
  const made: Organisation[] = [];
  for (const { action, line, known } of steps) {
    if (action === "changed" && known) await updateOrganisation(tx, { ...known, ...shownOf(line) });
    if (action !== "created") continue;
    const parent = byCode.get(line.parentCode ?? "");
    invariant(parent !== undefined, "a planned node has its parent before it");
    const id = newId(clock.now());
    const { code, kind } = line;
    const place = { id, parentId: parent.id, path: childPath(parent, id) };
    const node = { ...place, code, kind, ...shownOf(line) };
    byCode.set(code, node);
    made.push(node);
  }
  await insertOrganisations(tx, rowTags, made);
}
