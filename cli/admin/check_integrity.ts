import { shellActor } from "../../server/modules/audit/actor.ts";
import type { IntegrityReply } from "../../server/protection/contract.ts";
import { actOnUpkeep, readIntegrity } from "../../server/protection/protection.ts";
import { type ExitCode, print, readOptions } from "../command.ts";
import { readApprover } from "./approver.ts";
import { finishPass, printRun, PROTECTION_OPTIONS, withProtection } from "./protection.ts";

const HELP = `用法: yikatong admin check-integrity --by <姓名> [选项]

检查决定资金和权限的每一行（订单、结算、支付、退款、账目、参数、账号、角色、授权……）是否被绕过平台
改动过，逐行列出不符的。平台可以同时服务。

  --status                只看上一次的结果
  --by <姓名>             谁经手的，记入审计记录
  --config <文件>         TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先
  --insecure-development  用开发密钥，仅限没有真实数据的环境

退出码：0 全部相符，1 有不符的行。`;

export async function checkIntegrityCommand(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, { help: HELP, options: PROTECTION_OPTIONS });
  if (!options) return 0;
  const actor = options.status ? null : shellActor(readApprover(options.by));
  return await withProtection(options, async (deps) => {
    if (actor === null) return tell(await readIntegrity(deps));
    const { run } = await readIntegrity(deps);
    if (run?.state === "paused") {
      await actOnUpkeep(deps, actor, { kind: "integrity", action: "resume" });
    } else if (run?.state !== "running") {
      await actOnUpkeep(deps, actor, { kind: "integrity", action: "start" });
    }
    await finishPass(deps, "integrity");
    return tell(await readIntegrity(deps));
  });
}

const WHY = { changed: "被改动", untagged: "没有校验值" } as const;

function tell({ run, broken }: IntegrityReply): ExitCode {
  printRun(run);
  for (const { table, rowId, why } of broken) print(`  ${table}  ${rowId}  ${WHY[why]}`);
  return (run?.broken ?? 0) === 0 ? 0 : 1;
}
