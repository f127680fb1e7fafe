import { shellActor } from "../../server/modules/audit/actor.ts";
import { revokeTerminal } from "../../server/modules/fleet/enrolment/revoke_terminal.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import { type ExitCode, printDone, readArguments, StartError, UsageError } from "../command.ts";
import {
  BREAK_GLASS_HELP,
  BREAK_GLASS_OPTIONS,
  readBreakGlass,
  withAuditedFleet,
} from "./audited_fleet.ts";
import { requireYes } from "./confirmation.ts";

const HELP =
  `用法: yikatong admin revoke-terminal <终端编号> --by <姓名> --break-glass <理由> [选项]

紧急情况下吊销一台终端的密钥；平时在管理台“终端”页吊销。它的线路立即不能再写入，2 秒内不能再查询。
要恢复，在终端上重新注册。

${BREAK_GLASS_HELP}`;

export async function revokeTerminalCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: BREAK_GLASS_OPTIONS,
  });
  if (!read) return 0;
  const [number] = read.files;
  if (number === undefined) throw new UsageError("缺少终端编号。加 --help 看说明。");
  const { by, reason } = readBreakGlass(read.values, "终端");
  await withAuditedFleet(read.values, async (fleet) => {
    const terminal = await findTerminal(fleet, { number });
    if (!terminal) throw new StartError(`没有编号为 "${number}" 的终端`);
    await requireYes(`吊销终端 ${number} 的密钥？`, read.values.yes ?? false);
    if (!await revokeTerminal(fleet, { terminal, actor: shellActor(by), reason })) {
      throw new StartError(`终端 "${number}" 没有有效的密钥，什么都没有改动`);
    }
    printDone([`已吊销：终端 ${number}`]);
  });
  return 0;
}
