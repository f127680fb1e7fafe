import { readApprover } from "../admin/approver.ts";
import { type ExitCode, print, printDone, readOptions } from "../command.ts";
import { describeBackup } from "./manifest.ts";
import { claimBackups, openBackup } from "./opened.ts";
import { tryToRecord } from "./own_record.ts";
import { carryOut, planPrune, type PrunePlan } from "./prune.ts";

const HELP = `用法: yikatong backup prune --by <姓名> [选项]

按留存规则删除到期的备份：最近 backup.keep_daily 天、keep_weekly 周、keep_monthly 个月（不少于 6）
各留最后一个。每种备份最新的一个总是留下；留下的物理备份需要的 WAL 不删；没写完的备份一并删除。

  --dry-run         只列出，不删除
  --by <姓名>       经手人，记入审计；定时任务写 timer
  --config <文件>   TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先`;

export async function prune(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      "dry-run": { type: "boolean" },
      by: { type: "string" },
      config: { type: "string" },
    },
  });
  if (!options) return 0;
  const isDry = options["dry-run"] ?? false;
  const by = isDry ? "" : readApprover(options.by);
  using opened = await openBackup(options.config);
  using _claim = await claimBackups(opened.settings);
  const plan = await planPrune(opened.settings);
  for (const { manifest } of plan.remove) print(`到期  ${describeBackup(manifest)}`);
  for (const path of plan.partials) print(`没写完  ${path}`);
  if (isDry) {
    print(
      `将删除 ${plan.remove.length} 个备份、${
        segmentsOf(plan)
      } 段 WAL，留下 ${plan.keep.length} 个`,
    );
    return 0;
  }
  await carryOut(opened.settings, plan);
  if (plan.remove.length > 0 || plan.wal.length > 0) {
    const fields = {
      removed: plan.remove.map(({ manifest }) => manifest.id).join(" "),
      kept: plan.keep.length,
      walSegments: segmentsOf(plan),
    };
    const event = { kind: "platform.backups_pruned", result: "succeeded", fields } as const;
    await tryToRecord(opened.config, { by, events: [event], how: "请在值班记录里写明" });
  }
  printDone([
    `已删除 ${plan.remove.length} 个备份、${segmentsOf(plan)} 段 WAL，留下 ${plan.keep.length} 个`,
  ]);
  return 0;
}

function segmentsOf({ wal }: PrunePlan): number {
  return wal.filter((name) => !name.endsWith(".sig")).length;
}
