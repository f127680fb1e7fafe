import { shellActor } from "../../server/modules/audit/actor.ts";
import { dropArchivedMonth } from "../../server/modules/audit/archive/delete_month.ts";
import { isMonth } from "../../server/modules/audit/archive/month.ts";
import { DomainError } from "../../server/platform/errors.ts";
import { readApprover } from "../admin/approver.ts";
import { type ExitCode, printDone, readOptions, StartError, UsageError } from "../command.ts";
import { digestOfFile } from "./archive.ts";
import { openOwnAudit } from "./own_audit.ts";

const HELP = `用法: yikatong audit drop --month <月份> --archive <文件> --by <姓名> [选项]

删除一个已归档月份的审计记录。须先由两名审计管理员在控制台申请和确认，并已过保存期；从最早的月份
开始，下一个月也要已经归档。用表的属主的数据库地址执行（环境变量 YIKATONG_DATABASE_URL）。

  --month <月份>     哪个月（UTC，如 2026-05）
  --archive <文件>   这个月的归档文件：再核对一次它的 SM3
  --by <姓名>        由谁经手
  --config <文件>    平台的配置`;

export async function drop(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      month: { type: "string" },
      archive: { type: "string" },
      by: { type: "string" },
      config: { type: "string" },
    },
  });
  if (!options) return 0;
  const { month, archive } = options;
  if (month === undefined || !isMonth(month)) throw new UsageError("要有 --month <2026-05>");
  if (archive === undefined) throw new UsageError("要有 --archive <文件>");
  const actor = shellActor(readApprover(options.by));
  await using own = await openOwnAudit(options.config);
  await using digest = own.provider.sm3Stream();
  const fileDigest = await digestOfFile(archive, digest);
  const rows = await told(() => dropArchivedMonth(own, actor, { month, fileDigest }));
  printDone([`已删除 ${month} 的 ${rows} 条审计记录；以后的校验从归档的末尾接着`]);
  return 0;
}

const TOLD: Readonly<Record<string, string>> = {
  "audit.not_found": "这个月没有归档",
  "audit.must_be_kept": "还在保存期内，不能删除；到期",
  "audit.other_file": "归档文件与记录的 SM3 不同",
  "audit.not_oldest": "更早的归档月份还没有删除：从最早的开始",
  "audit.next_not_archived": "下一个月还没有归档：月末的记录可能链接在下一个月里",
  "audit.not_archived": "这个月还有记录不在任何归档里",
  "audit.not_requested": "没有删除申请：由审计管理员在控制台申请",
  "audit.wrong_state": "删除申请还没有第二个人确认",
  "audit.forged_confirmation": "删除申请被改动过（标签不符），不予执行",
};

const NOT_OWNER = "42501";

async function told<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === NOT_OWNER) {
      throw new StartError("这个数据库角色不能删除表：用表的属主执行", { cause: thrown });
    }
    const text = thrown instanceof DomainError ? TOLD[thrown.code] : undefined;
    if (text === undefined || !(thrown instanceof DomainError)) throw thrown;
    throw new StartError([text, thrown.detail].filter(Boolean).join(" "), { cause: thrown });
  }
}
