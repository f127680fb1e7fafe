import type { Kysely } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import { isUnchanged } from "../../../platform/tagged_table.ts";
import { findCity, getOrganisation } from "../../access/find_organisation.ts";
import { type Organisation, pathIds } from "../../access/organisation.ts";
import { getOrganisationIn } from "../../access/organisations/find_in_scope.ts";
import { covers, type Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import { isSettingName, SETTING_DEFAULTS, SETTING_SHAPES, type SettingName } from "../setting.ts";
import { selectSettings } from "../store.ts";
import { SETTING_TAGGED, type SettingsTables } from "../tables.ts";
import { type SettingSource, type SettingsReply, settingsReplySchema } from "./contract.ts";

export interface ViewSettingsDeps {
  readonly db: Kysely<SettingsTables & AccessTables>;
  readonly rowTags: RowTags;
}

/** A setting of one node; `value` is null when it does not count. */
interface Found {
  readonly name: string;
  readonly scopeId: string;
  readonly changedAt: Date;
  readonly value: { readonly is: unknown } | null;
}

/** What holds at a node and where it comes from. Throws DomainError `access.not_found`. */
export async function viewSettings(
  deps: ViewSettingsDeps,
  scope: Scope,
  { organisationId }: { readonly organisationId?: string | undefined },
): Promise<SettingsReply> {
  const id = organisationId ?? await topOf(deps, scope);
  const node = await getOrganisationIn(deps.db, { id, scope });
  const line = await Promise.all(pathIds(node).map((each) => getOrganisation(deps, each)));
  const rows = await selectSettings(deps.db, pathIds(node));
  const found = await Promise.all(rows.map((row) => readRow(deps, row)));
  const names = Object.keys(SETTING_DEFAULTS).filter(isSettingName);
  return settingsReplySchema.parse({
    organisation: node,
    settings: Object.fromEntries(names.map((name) => {
      const ofName = found.filter((each) => each.name === name);
      return [name, viewOf(name, { line, scope, found: ofName })];
    })),
  });
}

/** The first node that the scope begins at. */
async function topOf(deps: ViewSettingsDeps, { paths }: Scope): Promise<string> {
  const id = paths[0]?.split("/").at(-2) || (await findCity(deps))?.id;
  if (id !== undefined) return id;
  throw new DomainError("access.not_found", "Cannot show settings: there is no organisation yet");
}

async function readRow(
  { db, rowTags }: ViewSettingsDeps,
  row: SettingsTables["setting"],
): Promise<Found> {
  const { name, scope_id: scopeId, changed_at: changedAt } = row;
  const known = { name, scopeId, changedAt };
  if (!isSettingName(name) || !await isUnchanged(db, rowTags, { tagged: SETTING_TAGGED, row })) {
    return { ...known, value: null };
  }
  const parsed = SETTING_SHAPES[name].safeParse(JSON.parse(row.value));
  return { ...known, value: parsed.success ? { is: parsed.data } : null };
}

interface Where {
  /** From the city down to the node itself. */
  readonly line: readonly Organisation[];
  readonly scope: Scope;
  /** All of one setting. */
  readonly found: readonly Found[];
}

function viewOf(name: SettingName, where: Where): unknown {
  const { line, found } = where;
  const own = found.find(({ scopeId }) => scopeId === line.at(-1)?.id);
  return {
    ...holding(name, where),
    inherited: holding(name, { ...where, line: line.slice(0, -1) }),
    changedAt: own?.changedAt.toISOString() ?? null,
    version: own?.changedAt.getTime() ?? 0,
    broken: own !== undefined && own.value === null,
  };
}

/** The nearest one set along the line. */
function holding(
  name: SettingName,
  { line, scope, found }: Where,
): { readonly value: unknown; readonly from: SettingSource } {
  for (const node of line.toReversed()) {
    const value = found.find(({ scopeId }) => scopeId === node.id)?.value;
    if (!value) continue;
    const nodeName = covers(scope, node.path) ? node.name : null;
    return { value: value.is, from: { level: node.kind, name: nodeName } };
  }
  return { value: SETTING_DEFAULTS[name], from: { level: "default", name: null } };
}
