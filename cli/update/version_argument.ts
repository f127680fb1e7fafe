import { VERSION_PATTERN } from "../../terminal/releases/layout.ts";
import { UsageError } from "../command.ts";

/** The release is named in every command, so that one given twice does nothing the second time. */
export function requireVersion([version]: readonly string[]): string {
  if (version === undefined) throw new UsageError("要写版本号。加 --help 看说明。");
  if (!VERSION_PATTERN.test(version)) throw new UsageError(`版本号 "${version}" 无效`);
  return version;
}
