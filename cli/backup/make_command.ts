import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { readApprover } from "../admin/approver.ts";
import { stopAtInterrupt } from "../audit/verify_run.ts";
import { complain, type ExitCode, printDone, readOptions } from "../command.ts";
import { megabytes } from "./free_space.ts";
import { type BackupKind, kindFolder } from "./layout.ts";
import { logicalMaking } from "./logical.ts";
import { madeEvent, notMadeEvent } from "./made_event.ts";
import { makeBackup } from "./make_backup.ts";
import { type BackupManifest, describeBackup } from "./manifest.ts";
import { claimBackups, openBackup, type OpenedBackup, openSource } from "./opened.ts";
import { tryToRecord } from "./own_record.ts";
import { physicalMaking } from "./physical.ts";

const OPTIONS_HELP = `  --by <姓名>       经手人，记入审计；定时任务写 timer
  --progress        在标准错误上显示进度（屏幕上默认显示）
  --config <文件>   TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先

口令只经 backup.database_url、PGPASSFILE 或 pg_service.conf 取得，不出现在命令行上。Ctrl-C
中断时不留下任何未写完的备份，退出码 130。`;

const HELP: Readonly<Record<BackupKind, string>> = {
  physical: `用法: yikatong backup physical --by <姓名> [选项]

备份整个数据库集群（pg_basebackup，连同使它完整的 WAL）。边读边按数据库给出的 SHA-256
逐个文件核对，压缩，用 backup.recipients 的公钥加密（SM4-GCM）；明文不落盘。写完读出核对，再签名、
改成正式名称。有它和之后的 WAL，可以恢复到任何一个时刻。

${OPTIONS_HELP}`,
  logical: `用法: yikatong backup logical --by <姓名> [选项]

导出一个数据库（pg_dump 的 custom 格式，同一时刻），用 backup.recipients 的公钥加密；明文不落盘。
可恢复到别的版本或别的机器，也可只取一张表（pg_restore）；只能恢复到导出的那一刻。

${OPTIONS_HELP}`,
};

const MAKINGS = { physical: physicalMaking, logical: logicalMaking };

export function physical(args: readonly string[]): Promise<ExitCode> {
  return make("physical", args);
}

export function logical(args: readonly string[]): Promise<ExitCode> {
  return make("logical", args);
}

async function make(kind: BackupKind, args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP[kind],
    options: {
      by: { type: "string" },
      progress: { type: "boolean" },
      config: { type: "string" },
    },
  });
  if (!options) return 0;
  const by = readApprover(options.by);
  using opened = await openBackup(options.config);
  using interrupt = stopAtInterrupt();
  const run = { signal: interrupt.signal, progress: options.progress ?? false };
  try {
    const manifest = await makeOne(opened, kind, run);
    const folder = `${kindFolder(opened.settings, kind)}/${manifest.id}`;
    const how = `在平台上执行 yikatong backup record ${folder}`;
    await tryToRecord(opened.config, { by, events: [madeEvent(manifest)], how });
    tell(manifest, folder);
    return 0;
  } catch (thrown) {
    const reason = interrupt.signal.aborted ? "interrupted" : "failed";
    const event = notMadeEvent(kind, { reason, endedAt: SYSTEM_CLOCK.now() });
    await tryToRecord(opened.config, { by, events: [event], how: "" });
    if (!interrupt.signal.aborted) throw thrown;
    complain("已中断，没有留下未写完的备份");
    Deno.exit(INTERRUPTED);
  }
}

/** What a shell reports for a command that Ctrl-C ended. */
const INTERRUPTED = 130;

async function makeOne(
  opened: OpenedBackup,
  kind: BackupKind,
  run: { readonly signal: AbortSignal; readonly progress: boolean },
): Promise<BackupManifest> {
  using _claim = await claimBackups(opened.settings);
  const making = await MAKINGS[kind](opened.settings);
  await using source = await openSource(opened);
  return await makeBackup(opened, source, making, { ...run, clock: SYSTEM_CLOCK });
}

function tell(manifest: BackupManifest, folder: string): void {
  const { content, counts, wal } = manifest;
  const rows = counts.reduce((sum, table) => sum + table.rows, 0);
  printDone([
    `备份完成：${describeBackup(manifest)}`,
    `位置      ${folder}`,
    `大小      ${megabytes(content.bytes)}（加密后），原 ${megabytes(content.plainBytes)}`,
    ...(wal ? [`核对      ${content.checkedFiles} 个文件；WAL ${wal.start} 至 ${wal.end}`] : []),
    `行数      ${counts.length} 张只增的表共 ${rows} 行`,
    `SM3       ${content.sm3}`,
  ]);
}
