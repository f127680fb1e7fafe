import { UsageError } from "../command.ts";

const NAME_CHARS_MAX = 64;

/** Who answers for what is done, as it is recorded. */
export function readApprover(by: string | undefined): string {
  const name = by?.trim() ?? "";
  if (name === "") throw new UsageError("缺少 --by <姓名>：由谁经手要记录下来。加 --help 看说明。");
  if (name.length > NAME_CHARS_MAX) {
    throw new UsageError(`--by 的姓名太长：至多 ${NAME_CHARS_MAX} 个字`);
  }
  return name;
}
