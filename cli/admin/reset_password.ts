import { giveOneTimePassword } from "../../server/modules/access/sign_in/administer.ts";
import { findPersonByLogin } from "../../server/modules/access/sign_in/find_person.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import {
  type ExitCode,
  print,
  printDone,
  readArguments,
  StartError,
  UsageError,
} from "../command.ts";
import { KEYED_HELP, KEYED_OPTIONS, withAccess } from "./access_deps.ts";
import { readApprover } from "./approver.ts";
import { requireYes } from "./confirmation.ts";

const HELP = `用法: yikatong admin reset-password <登录名> --by <姓名> [选项]

紧急：不经管理台重置一个人的口令，并解除锁定、结束其会话。管理台上没有人能做时才用（例如系统管理员自己
忘了口令）。显示一个一次性口令，登录后必须修改；第二因素不变。记入审计记录。

  --second-factor           同时清除第二因素，下次登录时重新登记
${KEYED_HELP}

例:
  yikatong admin reset-password li.na --by 赵工`;

export async function resetPasswordCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: { "second-factor": { type: "boolean" }, ...KEYED_OPTIONS },
  });
  if (!read) return 0;
  const [login] = read.files;
  if (login === undefined) throw new UsageError("缺少登录名。加 --help 看说明。");
  const actor = shellActor(readApprover(read.values.by));
  const secondFactor = read.values["second-factor"] ?? false;
  await withAccess(read.values, async (access) => {
    const account = await findPersonByLogin(access, login);
    if (!account) throw new StartError(`没有登录名为 "${login}" 的人员账号，或已注销`);
    const question = secondFactor ? "的口令并清除第二因素" : "的口令";
    await requireYes(`重置 ${account.login} ${question}？`, read.values.yes ?? false);
    const password = await giveOneTimePassword(access, { account, actor, secondFactor });
    printDone([
      `已重置：${account.login}`,
      `一次性口令（只显示这一次，交给本人）：${password.text}`,
      `有效到：${chinaTime(password.until)}`,
    ]);
    if (account.state !== "enabled") print("注意：这个账号现在是停用状态，启用后才能登录");
  });
  return 0;
}
