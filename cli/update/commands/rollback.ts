import { type ExitCode, printDone, readArguments } from "../../command.ts";
import { leftText } from "../follow.ts";
import { FOLDER_HELP, FOLDER_OPTIONS, openUpdate } from "../options.ts";
import { rollback } from "../rollback.ts";
import { askRestart } from "../switch.ts";
import { requireVersion } from "../version_argument.ts";

const HELP = `用法: yikatong update rollback [选项] <版本>

离开 <版本>，回到它之前确认过的版本；没有时用安装包自带的。写要离开的版本，重复执行不会再退一个。
终端随即重启，正在使用的患者会被中断；订单不会丢，重启后接着办。

  --reason <文字>    记录的原因
${FOLDER_HELP}`;

export async function rollbackCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: { ...FOLDER_OPTIONS, reason: { type: "string" } },
  });
  if (!read) return 0;
  const { values: { reason = "人工退回", ...folders }, files } = read;
  const version = requireVersion(files);
  using update = await openUpdate(folders);
  const { kind, now } = await rollback(update, { version, reason });
  if (kind === "left") await askRestart(update);
  printDone([
    kind === "left" ? leftText(version, now) : `当前不是版本 ${version}，没有改动`,
  ]);
  return 0;
}
