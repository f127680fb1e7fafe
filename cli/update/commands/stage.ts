import { type ExitCode, printDone, readArguments, UsageError } from "../../command.ts";
import { FOLDER_HELP, FOLDER_OPTIONS, openUpdate } from "../options.ts";
import { stage } from "../stage.ts";

const HELP = `用法: yikatong update stage [选项] <安装包>

解开 yikatong-<版本>-<平台>.tar.xz，核对签名和每个文件的摘要，放到现有版本旁边。正在运行的版本不受
影响；重复执行没有害处。以 yikatong-update 用户执行：
  runuser -u yikatong-update -- yikatong update stage yikatong-1.2.3-linux-arm64.tar.xz

${FOLDER_HELP}`;

export async function stageCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, { help: HELP, filesMax: 1, options: FOLDER_OPTIONS });
  if (!read) return 0;
  const { values, files: [archive] } = read;
  if (archive === undefined) throw new UsageError("要写安装包的文件名。加 --help 看说明。");
  using update = await openUpdate(values);
  const { version, counter } = await stage(update, archive);
  printDone([`版本 ${version}（序号 ${counter}）已暂存，核对无误`]);
  return 0;
}
