import { type ExitCode, readOptions } from "../../command.ts";
import { follow } from "../follow.ts";
import { LIMITS_HELP, LIMITS_OPTIONS, limitsOf } from "../limits.ts";
import { FOLDER_HELP, FOLDER_OPTIONS, openUpdate } from "../options.ts";

const HELP = `用法: yikatong update follow [选项]

服务 yikatong-update 的最后一步：执行终端的请求（切换、确认、退回），看管试用直到确认或退回。

${LIMITS_HELP}
${FOLDER_HELP}`;

export async function followCommand(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: { ...FOLDER_OPTIONS, ...LIMITS_OPTIONS },
  });
  if (!options) return 0;
  const limits = limitsOf(options);
  using update = await openUpdate(options);
  await follow(update, limits);
  return 0;
}
