import type { Kysely } from "kysely";
import { CryptoError } from "../crypto/errors.ts";
import { GRANT_PLAN } from "../server/grant_plan.ts";
import { MIGRATIONS } from "../server/migrations/list.ts";
import { shellActor } from "../server/modules/audit/actor.ts";
import { createAuditWriter } from "../server/modules/audit/record_events.ts";
import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { type Config, loadConfig } from "../server/platform/config.ts";
import { grantTables, isRoleName } from "../server/platform/grants.ts";
import { migrate } from "../server/platform/migrate.ts";
import { ensurePartitions } from "../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../server/schema.ts";
import { type ExitCode, print, readOptions, StartError, UsageError } from "./command.ts";
import { openConfigured } from "./database.ts";
import { openConfiguredKeys } from "./platform_keys.ts";

const HELP = `用法: yikatong migrate [--config <文件>] [--grant-to <角色>]

按顺序执行尚未执行的结构变更，并准备前一个月到后三个月的分区。可重复执行，可同时执行。

  --config <文件>     平台的配置；数据库地址用表的属主（可用环境变量 YIKATONG_DATABASE_URL）
  --grant-to <角色>   平台自己用的数据库角色：只给它需要的权限，收回多余的。审计表只能插入和查询，
                      不能修改、删除、清空

平台用这个角色运行时不能自己建分区：每月至少执行一次本命令（docs/运维手册.md 的定时任务）。`;

export async function migrateDatabase(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: { config: { type: "string" }, "grant-to": { type: "string" } },
  });
  if (!options) return 0;
  const { "grant-to": role } = options;
  if (role !== undefined && !isRoleName(role)) {
    throw new UsageError(`角色 "${role}" 无效：应为小写字母、数字和下划线`);
  }
  const config = await loadConfig(options.config === undefined ? {} : { file: options.config });
  await using opened = await openConfigured(config, 1);
  const { db } = opened;
  const { applied } = await migrate(db, MIGRATIONS);
  await ensurePartitions(db, PARTITIONED, new Date());
  if (role !== undefined) await grantTo(db, role);
  if (applied.length > 0) await recordMigrated(config, { db, applied });
  print(applied.length === 0 ? "结构已是最新" : `已执行 ${applied.length} 项：`);
  for (const name of applied) print(`  ${name}`);
  return 0;
}

/** Where the keys are not there yet, as on the first day, the operator is told instead. */
async function recordMigrated(
  config: Config,
  { db, applied }: { readonly db: Kysely<Tables>; readonly applied: readonly string[] },
): Promise<void> {
  if (config.crypto.key_store === undefined) {
    print("没有配置密钥库：这次升级没有记入审计记录");
    return;
  }
  await using keys = await openConfiguredKeys(config, { insecureDevelopment: false });
  const audit = createAuditWriter({ clock: SYSTEM_CLOCK, provider: keys.provider });
  try {
    await db.transaction().execute((tx) =>
      audit.record(tx, shellActor("migrate"), [{
        kind: "platform.migrated",
        result: "succeeded",
        fields: { migrations: applied.join(" ") },
      }])
    );
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    print("密钥库里没有审计密钥：这次升级没有记入审计记录。执行 yikatong key store add-missing");
  }
}

const UNDEFINED_OBJECT = "42704";

async function grantTo(db: Kysely<Tables>, role: string): Promise<void> {
  try {
    await grantTables(db, role, GRANT_PLAN);
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
    if (code !== UNDEFINED_OBJECT) throw thrown;
    throw new StartError(`数据库里没有角色 "${role}"：先执行 create role ${role} login`, {
      cause: thrown,
    });
  }
  print(`已授权给 ${role}`);
}
