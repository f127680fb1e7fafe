import { sm3 } from "../../crypto/sm3.ts";
import type { AuditEvent } from "../../server/modules/audit/event.ts";
import { readApprover } from "../admin/approver.ts";
import { type ExitCode, printDone, readArguments, StartError, UsageError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { drilledEvent, readRecord } from "../restore/drill_record.ts";
import { readBackup, requireGenuine } from "./find_backups.ts";
import { madeEvent } from "./made_event.ts";
import { openBackup, type OpenedBackup } from "./opened.ts";
import { recordEvents } from "./own_record.ts";
import { requireSigned } from "./signature.ts";

const HELP = `用法: yikatong backup record --by <姓名> [选项] <备份目录或演练记录>

把没有密钥库的机器上做的备份（目录，或只有 backup.json 和签名的副本）或恢复演练（drills/<编号>.json）
记入平台的审计记录，证据包的 E-08、E-09 由此取得。配置了 backup.signer 时先验证签名。

  --by <姓名>       经手人，记入审计
  --config <文件>   TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先`;

export async function record(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: { by: { type: "string" }, config: { type: "string" } },
  });
  if (!read) return 0;
  const { values, files: [path] } = read;
  if (path === undefined) throw new UsageError("要写出备份目录或演练记录。加 --help 看说明。");
  const by = readApprover(values.by);
  using opened = await openBackup(values.config);
  if (opened.settings.signer === undefined) {
    throw new StartError("没有配置 backup.signer：不能证明这份记录是谁做的，不记入审计");
  }
  const event = await eventOf(opened, path);
  await recordEvents(opened.config, by, [event]);
  printDone([`已记入审计记录：${path}`]);
  return 0;
}

const RECORD_BYTES_MAX = 1024 * 1024;

async function eventOf(opened: OpenedBackup, path: string): Promise<AuditEvent> {
  if (!path.endsWith(".json")) {
    const backup = await readBackup(path);
    await requireGenuine(opened, backup);
    return madeEvent(backup.manifest);
  }
  const text = await readSmallFile(path, RECORD_BYTES_MAX);
  await requireSigned(opened.engine, opened.settings, { path, message: text });
  return drilledEvent(readRecord(path, text), sm3(text).toHex());
}
