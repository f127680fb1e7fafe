import { type ExitCode, print, readOptions } from "../../command.ts";
import { PACKAGED, RELEASES, requestsBeside } from "../options.ts";
import { readStatus, statusLines } from "../status.ts";

const HELP = `用法: yikatong update status [选项]

当前、上一个和已暂存的版本，试用和退回的情况。只读。

  --releases <目录>  版本目录（${RELEASES}）
  --packaged <目录>  安装包装的程序（${PACKAGED}）
  --json             输出 JSON`;

export async function statusCommand(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      releases: { type: "string" },
      packaged: { type: "string" },
      json: { type: "boolean" },
    },
  });
  if (!options) return 0;
  const { releases = RELEASES, packaged = PACKAGED, json = false } = options;
  const status = await readStatus({ releases, packaged, requests: requestsBeside(releases) });
  if (json) print(JSON.stringify(status, null, 2));
  else for (const line of statusLines(status)) print(line);
  return 0;
}
