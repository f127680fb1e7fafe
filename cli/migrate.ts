import { MIGRATIONS } from "../server/migrations/list.ts";
import { loadConfig } from "../server/platform/config.ts";
import { migrate } from "../server/platform/migrate.ts";
import { ensurePartitions } from "../server/platform/partitions.ts";
import { PARTITIONED } from "../server/schema.ts";
import { type ExitCode, print, readOptions } from "./command.ts";
import { openConfigured } from "./database.ts";

const HELP = `用法: yikatong migrate [--config <文件>]

按顺序执行尚未执行的结构变更，并准备前一个月到后三个月的分区。可重复执行，可同时执行。`;

export async function migrateDatabase(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, { help: HELP, options: { config: { type: "string" } } });
  if (!options) return 0;
  const config = await loadConfig(options.config === undefined ? {} : { file: options.config });
  await using opened = await openConfigured(config, 1);
  const { db } = opened;
  const { applied } = await migrate(db, MIGRATIONS);
  await ensurePartitions(db, PARTITIONED, new Date());
  print(applied.length === 0 ? "结构已是最新" : `已执行 ${applied.length} 项：`);
  for (const name of applied) print(`  ${name}`);
  return 0;
}
