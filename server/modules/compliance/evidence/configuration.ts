import type { Kysely } from "kysely";
import { kindsWhere, type ReadTrailDeps } from "../../audit/evidence/read_trail.ts";
import { listSettings } from "../../settings/evidence/list_settings.ts";
import type { SettingsTables } from "../../settings/tables.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { Installation } from "../installation.ts";
import { writeEvents } from "./event_rows.ts";

export type ConfigurationDeps = ReadTrailDeps & {
  readonly db: Kysely<SettingsTables>;
  readonly installation: Installation;
};

const CHANGES = kindsWhere((_kind, id) =>
  id === "settings.changed" || id === "access.policy_changed" || id === "platform.migrated"
);

/** E-12: what the platform runs with, and what was changed in the period. */
export function configurationSource(deps: ConfigurationDeps): EvidenceSource {
  return {
    id: "E-12",
    async collect(period, files) {
      const { settings } = deps.installation;
      await files.text({ name: "baseline.txt", title: "运行配置" }, `${settings.join("\n")}\n`);
      await files.table({
        name: "settings",
        title: "参数",
        columns: ["参数", "机构或终端", "值", "修改时间"],
        rows: (await listSettings(deps)).map((row) => [
          row.name,
          row.scope_id,
          row.value,
          row.changed_at,
        ]),
      });
      const table = { name: "changes", title: "参数、策略和结构变更" };
      return {
        settingChanges: await writeEvents(deps, { ...table, files, period, kinds: CHANGES }),
      };
    },
  };
}
