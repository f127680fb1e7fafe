import { revokeTerminal } from "../../server/modules/fleet/enrolment/revoke_terminal.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import { type ExitCode, printDone, readArguments, StartError, UsageError } from "../command.ts";
import { readApprover } from "./approver.ts";
import { requireYes } from "./confirmation.ts";
import { withFleet } from "./fleet_database.ts";

const HELP = `用法: yikatong admin revoke-terminal <终端编号> --by <姓名> [选项]

吊销一台终端的密钥：它的线路立即不能再写入，2 秒内不能再查询。要恢复，在终端上重新注册。

  --by <姓名>      谁吊销的，记入终端的事件
  --yes            不再提问
  --config <文件>  TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先`;

export async function revokeTerminalCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      by: { type: "string" },
      yes: { type: "boolean" },
      config: { type: "string" },
    },
  });
  if (!read) return 0;
  const [number] = read.files;
  if (number === undefined) throw new UsageError("缺少终端编号。加 --help 看说明。");
  const by = readApprover(read.values.by);
  await withFleet(read.values.config, async (fleet) => {
    const terminal = await findTerminal(fleet, { number });
    if (!terminal) throw new StartError(`没有编号为 "${number}" 的终端`);
    await requireYes(`吊销终端 ${number} 的密钥？`, read.values.yes ?? false);
    if (!await revokeTerminal(fleet, { terminal, by })) {
      throw new StartError(`终端 "${number}" 没有有效的密钥，什么都没有改动`);
    }
    printDone([`已吊销：终端 ${number}`]);
  });
  return 0;
}
