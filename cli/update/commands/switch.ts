import { type ExitCode, printDone, readArguments } from "../../command.ts";
import { FOLDER_HELP, FOLDER_OPTIONS, openUpdate } from "../options.ts";
import { readPermit } from "../permit.ts";
import { switchTo } from "../switch.ts";
import { LIMITS_HELP, LIMITS_OPTIONS, limitsOf } from "../limits.ts";
import { requireVersion } from "../version_argument.ts";

const HELP = `用法: yikatong update switch [选项] <版本>

切换到已暂存的版本并开始试用：先再次核对签名和内容，等终端没有患者、没有未完成的订单，再换链接并
请求重启终端。限期内没有确认，或启动两次仍未确认，自动退回。

  --permit <文件>    签了名的降级许可（版本比用过的旧时）
  --again            试用失败过的版本再试一次
${LIMITS_HELP}
${FOLDER_HELP}`;

export async function switchCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      ...FOLDER_OPTIONS,
      ...LIMITS_OPTIONS,
      permit: { type: "string" },
      again: { type: "boolean" },
    },
  });
  if (!read) return 0;
  const { values, files } = read;
  const version = requireVersion(files);
  const limits = limitsOf(values);
  using update = await openUpdate(values);
  const { trusted, clock } = update;
  const permit = values.permit === undefined
    ? null
    : await readPermit(values.permit, { trusted, now: clock.now() });
  const outcome = await switchTo(update, {
    version,
    permit,
    again: values.again ?? false,
    ...limits,
  });
  printDone([
    outcome === "already" ? `当前已经是版本 ${version}` : `已切换到版本 ${version}，终端重启后试用`,
  ]);
  return 0;
}
