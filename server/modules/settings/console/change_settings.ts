import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { tagOf } from "../../../platform/tagged_table.ts";
import { type Caller, scopeOf } from "../../access/caller.ts";
import { getOrganisationIn } from "../../access/organisations/find_in_scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { deleteSetting, findSetting, insertSetting, updateSetting } from "../store.ts";
import { SETTING_TAGGED, type SettingsTables } from "../tables.ts";
import type { ChangeSettingBody, ResetSettingBody, SettingsReply } from "./contract.ts";
import { viewSettings, type ViewSettingsDeps } from "./view_settings.ts";

export interface ChangeSettingsDeps extends ViewSettingsDeps {
  readonly db: Kysely<SettingsTables & AccessTables & AuditTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

type Tx = Transaction<SettingsTables & AuditTables>;

/** For the node and all below it. Throws DomainError `settings.changed_meanwhile`. */
export async function setSetting(
  deps: ChangeSettingsDeps,
  caller: Caller,
  { organisationId, version, setting }: ChangeSettingBody,
): Promise<SettingsReply> {
  const row = {
    scope_id: organisationId,
    name: setting.name,
    value: JSON.stringify(setting.value),
    // What is seen of it is told by this moment: two changes never have the same one.
    changed_at: new Date(Math.max(deps.clock.now().getTime(), version + 1)),
  };
  const tagged = { ...row, tag: await tagOf(deps.rowTags, SETTING_TAGGED, row) };
  return await change(deps, caller, {
    organisationId,
    name: row.name,
    after: row.value,
    write: (tx) =>
      version === 0
        ? insertSetting(tx, tagged)
        : updateSetting(tx, tagged, { seenAt: new Date(version) }),
  });
}

/** The node takes what comes from above. Throws DomainError `settings.changed_meanwhile`. */
export async function resetSetting(
  deps: ChangeSettingsDeps,
  caller: Caller,
  { organisationId, version, name }: ResetSettingBody,
): Promise<SettingsReply> {
  return await change(deps, caller, {
    organisationId,
    name,
    after: null,
    write: (tx) => deleteSetting(tx, { scopeId: organisationId, name, seenAt: new Date(version) }),
  });
}

interface Change {
  readonly organisationId: string;
  readonly name: string;
  /** JSON; null where nothing is set any more. */
  readonly after: string | null;
  /** False when somebody else was first. */
  readonly write: (tx: Tx) => Promise<boolean>;
}

async function change(
  deps: ChangeSettingsDeps,
  caller: Caller,
  { organisationId, name, after, write }: Change,
): Promise<SettingsReply> {
  const scope = scopeOf(caller, "setting.change");
  await getOrganisationIn(deps.db, { id: organisationId, scope });
  await deps.db.transaction().execute(async (tx) => {
    const before = await findSetting(tx, { scopeId: organisationId, name });
    if (!await write(tx)) throw changedMeanwhile(name);
    await deps.audit.record(tx, caller.actor, [{
      kind: "settings.changed",
      result: "succeeded",
      objectId: organisationId,
      organisationId,
      fields: { name, before, after },
    }]);
  });
  return await viewSettings(deps, scope, { organisationId });
}

function changedMeanwhile(name: string): DomainError {
  return new DomainError(
    "settings.changed_meanwhile",
    `Cannot change setting "${name}": somebody else changed it meanwhile`,
  );
}
