import { type ExitCode, printDone, readArguments } from "../../command.ts";
import { commit } from "../commit.ts";
import { FOLDER_HELP, FOLDER_OPTIONS, openUpdate } from "../options.ts";
import { requireVersion } from "../version_argument.ts";

const HELP = `用法: yikatong update commit [选项] <版本>

确认试用的版本，它从此一直使用。平时由终端自检通过后自动请求；手工确认前先执行
yikatong doctor --terminal。

${FOLDER_HELP}`;

export async function commitCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, { help: HELP, filesMax: 1, options: FOLDER_OPTIONS });
  if (!read) return 0;
  const version = requireVersion(read.files);
  using update = await openUpdate(read.values);
  const outcome = await commit(update, version);
  printDone([outcome === "already" ? `版本 ${version} 早已确认` : `版本 ${version} 已确认`]);
  return 0;
}
