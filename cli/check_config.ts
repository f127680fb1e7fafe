import { describeConfig, loadConfig } from "../server/platform/config.ts";
import { type ExitCode, print, readOptions } from "./command.ts";

const HELP = `用法: yikatong check-config [--config <文件>]

读取环境变量和可选的 TOML 文件，整体检查后逐项显示；密钥只显示是否已设置。`;

export async function checkConfig(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, { help: HELP, options: { config: { type: "string" } } });
  if (!options) return 0;
  const config = await loadConfig(options.config === undefined ? {} : { file: options.config });
  for (const line of describeConfig(config)) print(line);
  return 0;
}
