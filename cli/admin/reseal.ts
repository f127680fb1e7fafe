import { shellActor } from "../../server/modules/audit/actor.ts";
import { actOnUpkeep, readSeals } from "../../server/protection/protection.ts";
import type { SealsReply } from "../../server/protection/contract.ts";
import { type ExitCode, print, readOptions } from "../command.ts";
import { readApprover } from "./approver.ts";
import { finishPass, printRun, PROTECTION_OPTIONS, withProtection } from "./protection.ts";

const HELP = `用法: yikatong admin reseal --by <姓名> [选项]

密钥轮换（yikatong key store rotate）之后，把用旧版本 column-data 密钥加密的个人信息改用新版本加密。
平台可以同时服务；中断后再执行会从断点继续。完成后报告旧版本是否还有数据：没有了，旧密钥才能停用。

  --status                只看各版本还有多少行，不改动
  --by <姓名>             谁经手的，记入审计记录
  --config <文件>         TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先
  --insecure-development  用开发密钥，仅限没有真实数据的环境`;

export async function resealCommand(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, { help: HELP, options: PROTECTION_OPTIONS });
  if (!options) return 0;
  const actor = options.status ? null : shellActor(readApprover(options.by));
  return await withProtection(options, async (deps) => {
    if (actor === null) return tell(await readSeals(deps));
    const { run } = await readSeals(deps);
    if (run?.state === "paused") {
      await actOnUpkeep(deps, actor, { kind: "reseal", action: "resume" });
    } else if (run?.state !== "running") {
      await actOnUpkeep(deps, actor, { kind: "reseal", action: "start" });
    }
    await finishPass(deps, "reseal");
    return tell(await readSeals(deps));
  });
}

function tell({ newestVersion, older, run }: SealsReply): ExitCode {
  print(`新数据用 column-data 第 ${newestVersion} 版加密`);
  for (const { table, rows } of older) print(`  ${table}：还有 ${rows} 行用旧版本`);
  if (older.length === 0) print("旧版本已没有数据，可以停用");
  printRun(run);
  return older.length === 0 && (run?.broken ?? 0) === 0 ? 0 : 1;
}
