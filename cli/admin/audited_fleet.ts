import type { SmProvider } from "../../crypto/provider.ts";
import { type AuditWriter, createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { loadConfig } from "../../server/platform/config.ts";
import { UsageError } from "../command.ts";
import { openConfiguredKeys } from "../platform_keys.ts";
import { readApprover } from "./approver.ts";
import { type FleetDatabase, withFleet } from "./fleet_database.ts";

const REASON_CHARS_MAX = 200;

/** Of a command that goes past the console's page; Chinese, for its help. */
export const BREAK_GLASS_HELP = `  --by <姓名>               谁经手的，记入审计记录和终端的事件
  --break-glass <理由>      绕过管理台执行的理由，记入审计记录（警告级）
  --yes                     不再提问
  --config <文件>           TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先
  --insecure-development    用开发密钥，仅限没有真实数据的环境`;

export const BREAK_GLASS_OPTIONS = {
  by: { type: "string" },
  "break-glass": { type: "string" },
  yes: { type: "boolean" },
  config: { type: "string" },
  "insecure-development": { type: "boolean" },
} as const;

interface BreakGlassValues extends FleetValues {
  readonly by?: string | undefined;
  readonly "break-glass"?: string | undefined;
}

interface FleetValues {
  readonly config?: string | undefined;
  readonly "insecure-development"?: boolean | undefined;
}

/** Who goes past the page, and why; throws UsageError where one is missing. */
export function readBreakGlass(
  values: BreakGlassValues,
  page: string,
): { readonly by: string; readonly reason: string } {
  const reason = values["break-glass"]?.trim() ?? "";
  if (reason === "") {
    throw new UsageError(
      `这件事在管理台的“${page}”页做。管理台不能用的紧急情况下，加 --break-glass <理由> 在这里执行`,
    );
  }
  if (reason.length > REASON_CHARS_MAX) {
    throw new UsageError(`--break-glass 的理由太长：至多 ${REASON_CHARS_MAX} 个字`);
  }
  return { by: readApprover(values.by), reason };
}

interface AuditedFleet extends FleetDatabase {
  readonly audit: AuditWriter;
  readonly provider: SmProvider;
}

/** A database to be changed, with the keys to prove who did. */
export async function withAuditedFleet<Value>(
  values: FleetValues,
  work: (fleet: AuditedFleet) => Promise<Value>,
): Promise<Value> {
  const { config: file, "insecure-development": insecureDevelopment = false } = values;
  const config = await loadConfig(file === undefined ? {} : { file });
  await using keys = await openConfiguredKeys(config, { insecureDevelopment });
  const audit = createAuditWriter({ clock: SYSTEM_CLOCK, provider: keys.provider });
  return await withFleet(file, (fleet) => work({ ...fleet, audit, provider: keys.provider }));
}
