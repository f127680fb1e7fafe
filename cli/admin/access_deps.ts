import type { CreateAccountDeps } from "../../server/modules/access/accounts/create_account.ts";
import { SecurityPolicies } from "../../server/modules/access/policy/security_policies.ts";
import { PasswordWork } from "../../server/modules/access/sign_in/password_work.ts";
import { createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { loadConfig } from "../../server/platform/config.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { createRowTags } from "../../server/platform/row_tags.ts";
import { openConfiguredKeys, requireDatabaseKeys } from "../platform_keys.ts";
import { type FleetDatabase, withFleet } from "./fleet_database.ts";

export const KEYED_OPTIONS = {
  by: { type: "string" },
  yes: { type: "boolean" },
  config: { type: "string" },
  "insecure-development": { type: "boolean" },
} as const;

export const KEYED_HELP = `  --by <姓名>               谁经手的，记入审计记录
  --yes                     不再提问
  --config <文件>           TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先
  --insecure-development    用开发密钥，仅限没有真实数据的环境`;

interface KeyedValues {
  readonly config?: string | undefined;
  readonly "insecure-development"?: boolean | undefined;
}

export type KeyedAccess = FleetDatabase & CreateAccountDeps;

/** A database whose accounts are to be changed, with the keys of its rows. */
export async function withAccess<Value>(
  { config: file, "insecure-development": insecureDevelopment = false }: KeyedValues,
  work: (access: KeyedAccess) => Promise<Value>,
): Promise<Value> {
  const config = await loadConfig(file === undefined ? {} : { file });
  return await withFleet(file, async ({ db, clock }) => {
    await using keys = await openConfiguredKeys(config, {
      insecureDevelopment,
      check: async (sealer) => {
        await requireDatabaseKeys({ db, clock, sealer }, { readOnly: false });
      },
    });
    const { provider, sealer } = keys;
    const rowTags = createRowTags(provider);
    return await work({
      db,
      clock,
      sealer,
      rowTags,
      audit: createAuditWriter({ clock: SYSTEM_CLOCK, provider }),
      passwords: new PasswordWork(),
      policies: new SecurityPolicies({ db, clock, log: SILENT_LOG, rowTags }),
    });
  });
}
