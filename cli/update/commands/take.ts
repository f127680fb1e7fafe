import { type ExitCode, readOptions } from "../../command.ts";
import { FOLDER_HELP, FOLDER_OPTIONS, openUpdate } from "../options.ts";
import { take } from "../take.ts";

const HELP = `用法: yikatong update take [选项]

服务 yikatong-update 的第一步：暂存终端请求安装的包。没有请求时什么也不做。

${FOLDER_HELP}`;

export async function takeCommand(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, { help: HELP, options: FOLDER_OPTIONS });
  if (!options) return 0;
  using update = await openUpdate(options);
  await take(update);
  return 0;
}
