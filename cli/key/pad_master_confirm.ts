import { shellActor } from "../../server/modules/audit/actor.ts";
import { confirmPadMaster } from "../../server/modules/fleet/pad_keys/confirm_pad_master.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import { DomainError } from "../../server/platform/errors.ts";
import { readApprover } from "../admin/approver.ts";
import { withAuditedFleet } from "../admin/audited_fleet.ts";
import { type ExitCode, printDone, readArguments, StartError, UsageError } from "../command.ts";

const HELP =
  `用法: yikatong key pad-master confirm --terminal <编号> --check <校验值> --by <姓名> [选项]

键盘收下了主密钥，显示的校验值与生成时相同：主密钥启用，终端在 10 分钟内自动领取工作密钥。
须由生成者以外的人执行。

  --terminal <编号>         哪一台终端
  --check <校验值>          键盘显示的校验值，6 到 16 位十六进制数
  --by <姓名>               谁确认的，记入审计记录
  --config <文件>           TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先
  --insecure-development    用开发密钥，仅限没有真实数据的环境`;

const CHECK = /^([0-9A-Fa-f]{2}){3,8}$/;

export async function confirmMaster(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, { help: HELP, filesMax: 0, options: OPTIONS });
  if (!read) return 0;
  const { terminal: number, check: checkValue } = read.values;
  if (number === undefined) throw new UsageError("缺少 --terminal <编号>。加 --help 看说明。");
  if (checkValue === undefined || !CHECK.test(checkValue)) {
    throw new UsageError("--check 应是 6 到 16 位十六进制数");
  }
  const actor = shellActor(readApprover(read.values.by));
  await withAuditedFleet(read.values, async (fleet) => {
    const terminal = await findTerminal(fleet, { number });
    if (!terminal) throw new StartError(`没有编号为 "${number}" 的终端`);
    const seen = { terminalId: terminal.id, actor, checkValue };
    const version = await confirmPadMaster(fleet, seen).catch(explainRefusal);
    printDone([`已启用：终端 ${number} 的密码键盘主密钥第 ${version} 版`]);
  });
  return 0;
}

const OPTIONS = {
  terminal: { type: "string" },
  check: { type: "string" },
  by: { type: "string" },
  config: { type: "string" },
  "insecure-development": { type: "boolean" },
} as const;

const REFUSALS: ReadonlyMap<string, string> = new Map([
  ["fleet.no_pending_master", "没有等待确认的主密钥：先生成，或已经确认过了"],
  ["fleet.wrong_check_value", "校验值不符，没有启用：键盘里是另一个密钥，重新灌装或重新生成"],
  ["fleet.same_person", "生成和确认须是两个人"],
]);

function explainRefusal(thrown: unknown): never {
  const text = thrown instanceof DomainError ? REFUSALS.get(thrown.code) : undefined;
  if (text === undefined) throw thrown;
  throw new StartError(text, { cause: thrown });
}
