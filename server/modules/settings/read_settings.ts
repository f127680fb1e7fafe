import type { Kysely, Transaction } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import type { Clock } from "../../platform/clock.ts";
import {
  SETTING_DEFAULTS,
  SETTING_SHAPES,
  type SettingName,
  type SettingValue,
} from "./setting.ts";
import { replaceSetting, selectSettings } from "./store.ts";
import type { SettingsTables } from "./tables.ts";

export interface Settings {
  get<Name extends SettingName>(name: Name): SettingValue<Name>;
}

/** Reads what holds for a node: `scopeIds` from the city down; the last one set wins. */
export async function readSettings(
  deps: { readonly db: Kysely<SettingsTables> },
  scopeIds: readonly string[],
): Promise<Settings> {
  const rows = await selectSettings(deps.db, scopeIds);
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

export interface ChangeSetting<Name extends SettingName> {
  readonly scopeId: string;
  readonly name: Name;
  readonly value: SettingValue<Name>;
}

export async function changeSetting<Name extends SettingName>(
  deps: { readonly clock: Clock },
  tx: Transaction<SettingsTables>,
  change: ChangeSetting<Name>,
): Promise<void> {
  await replaceSetting(tx, {
    scope_id: change.scopeId,
    name: change.name,
    value: JSON.stringify(parseSetting(change.name, change.value)),
    changed_at: deps.clock.now(),
  });
}

function parseSetting<Name extends SettingName>(name: Name, raw: unknown): SettingValue<Name> {
  const parsed = SETTING_SHAPES[name].safeParse(raw);
  if (!parsed.success) {
    throw new DomainError("settings.malformed", `Cannot use setting "${name}": ${parsed.error}`);
  }
  return parsed.data as SettingValue<Name>;
}
