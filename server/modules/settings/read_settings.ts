import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { DomainError } from "../../platform/errors.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import type { RowAlarmTables } from "../../platform/row_alarm.ts";
import { rowIdOf } from "../../platform/row_place.ts";
import { isUnchanged, tagOf } from "../../platform/tagged_table.ts";
import type { Actor } from "../audit/actor.ts";
import { type ChangedRowDeps, tellChangedRow } from "../audit/changed_row.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import type { AuditTables } from "../audit/tables.ts";
import {
  SETTING_DEFAULTS,
  SETTING_SHAPES,
  type SettingName,
  type SettingValue,
} from "./setting.ts";
import { findSetting, replaceSetting, selectSettings } from "./store.ts";
import { SETTING_TAGGED, type SettingsTables } from "./tables.ts";

export interface Settings {
  get<Name extends SettingName>(name: Name): SettingValue<Name>;
}

export interface ReadSettingsDeps extends Omit<ChangedRowDeps, "db"> {
  readonly db: Kysely<SettingsTables & RowAlarmTables & AuditTables>;
  readonly rowTags: RowTags;
}

/**
 * Reads what holds for a node: `scopeIds` from the city down; the last one set wins. One that was
 * changed past the platform decides nothing: as if it were not set, and people are told.
 */
export async function readSettings(
  deps: ReadSettingsDeps,
  scopeIds: readonly string[],
): Promise<Settings> {
  const rows: SettingsTables["setting"][] = [];
  for (const row of await selectSettings(deps.db, scopeIds)) {
    if (await isUnchanged(deps.db, deps.rowTags, { tagged: SETTING_TAGGED, row })) rows.push(row);
    else {
      const rowId = rowIdOf([row.scope_id, row.name]);
      await tellChangedRow(deps, { table: SETTING_TAGGED.table, rowId, by: "settings" });
    }
  }
  const nearest = new Map<string, string>();
  for (const scopeId of scopeIds) {
    for (const row of rows) if (row.scope_id === scopeId) nearest.set(row.name, row.value);
  }
  return {
    get(name) {
      const text = nearest.get(name);
      return text === undefined ? SETTING_DEFAULTS[name] : parseSetting(name, JSON.parse(text));
    },
  };
}

export interface ChangeSettingDeps {
  readonly clock: Clock;
  readonly audit: AuditWriter;
  readonly rowTags: RowTags;
}

export interface ChangeSetting<Name extends SettingName> {
  readonly scopeId: string;
  /** Where a terminal's setting belongs; the scope itself when absent. */
  readonly organisationId?: string;
  readonly name: Name;
  readonly value: SettingValue<Name>;
}

export async function changeSetting<Name extends SettingName>(
  { clock, audit, rowTags }: ChangeSettingDeps,
  tx: Transaction<SettingsTables & AuditTables>,
  { change, actor }: { readonly change: ChangeSetting<Name>; readonly actor: Actor },
): Promise<void> {
  const { scopeId, name } = change;
  const value = JSON.stringify(parseSetting(name, change.value));
  const before = await findSetting(tx, { scopeId, name });
  const row = { scope_id: scopeId, name, value, changed_at: clock.now() };
  await replaceSetting(tx, { ...row, tag: await tagOf(rowTags, SETTING_TAGGED, row) });
  await audit.record(tx, actor, [{
    kind: "settings.changed",
    result: "succeeded",
    objectId: scopeId,
    organisationId: change.organisationId ?? scopeId,
    fields: { name, before, after: value },
  }]);
}

function parseSetting<Name extends SettingName>(name: Name, raw: unknown): SettingValue<Name> {
  const parsed = SETTING_SHAPES[name].safeParse(raw);
  if (!parsed.success) {
    throw new DomainError("settings.malformed", `Cannot use setting "${name}": ${parsed.error}`);
  }
  return parsed.data as SettingValue<Name>;
}
