import {
  type FirstAdministrator,
  initialise,
  needsAdministrators,
} from "../../server/modules/access/accounts/initialise.ts";
import { firstAdministratorSchema } from "../../server/modules/access/accounts/contract.ts";
import { findCity } from "../../server/modules/access/find_organisation.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { DomainError } from "../../server/platform/errors.ts";
import { type ExitCode, print, readOptions, StartError, UsageError } from "../command.ts";
import { KEYED_HELP, KEYED_OPTIONS, withAccess } from "./access_deps.ts";
import { readApprover } from "./approver.ts";
import { requireYes } from "./confirmation.ts";

const HELP = `用法: yikatong admin init --system <登录名>=<姓名> --security <登录名>=<姓名>
                          --audit <登录名>=<姓名> --by <姓名> [选项]

建立首批三员（系统、安全、审计管理员），各用一个一次性口令登录，登录后必须修改并登记第二因素。口令只
在这里显示这一次。三人不得是同一人；登录名用小写字母、数字、点，不得是 admin、test 一类的名字。已有
管理员时不执行。

  --city-code <代码>        还没有机构时：本市 6 位行政区划代码
  --city-name <名称>        还没有机构时：本市名称
${KEYED_HELP}

例:
  yikatong admin init --system zhang.wei=张伟 --security li.na=李娜 --audit wang.fang=王芳 \\
    --city-code 441900 --city-name 东莞市 --by 赵工`;

const DUTIES = {
  system: "系统管理员",
  security: "安全管理员",
  audit: "审计管理员",
} as const;

export async function initCommand(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      system: { type: "string" },
      security: { type: "string" },
      audit: { type: "string" },
      "city-code": { type: "string" },
      "city-name": { type: "string" },
      ...KEYED_OPTIONS,
    },
  });
  if (!options) return 0;
  const administrators = [
    readAdministrator("system", options.system),
    readAdministrator("security", options.security),
    readAdministrator("audit", options.audit),
  ];
  if (new Set(administrators.map(({ login }) => login)).size < administrators.length) {
    throw new UsageError("三员的登录名不能相同：三个人，互不兼任");
  }
  const actor = shellActor(readApprover(options.by));
  const city = readCity(options["city-code"], options["city-name"]);
  await withAccess(options, async (access) => {
    if (!await needsAdministrators(access)) throw existing();
    const root = await findCity(access);
    if (!root && !city) throw new StartError("还没有机构：加 --city-code 和 --city-name");
    print(`城市        ${root?.name ?? city?.name}（${root?.code ?? city?.code}）`);
    for (const { duty, login, name } of administrators) print(`${DUTIES[duty]}  ${login}  ${name}`);
    await requireYes("建立以上三员？", options.yes ?? false);
    const made = await initialise(access, { administrators, city, actor }).catch(explain);
    print("");
    print("一次性口令（只显示这一次，分别交给本人）：");
    for (const { duty, login, oneTimePassword } of made) {
      print(`  ${DUTIES[duty]}  ${login}  ${oneTimePassword}`);
    }
  });
  return 0;
}

function readAdministrator(
  duty: FirstAdministrator["duty"],
  text: string | undefined,
): FirstAdministrator {
  if (text === undefined) {
    throw new UsageError(`缺少 --${duty} <登录名>=<姓名>。加 --help 看说明。`);
  }
  const [login = "", ...name] = text.split("=");
  const parsed = firstAdministratorSchema.safeParse({ duty, login, name: name.join("=") });
  if (parsed.success) return parsed.data;
  throw new UsageError(
    `--${duty} "${text}" 无效：应为 登录名=姓名，登录名 3 至 32 位，小写字母开头，不得是常见的默认名`,
  );
}

function readCity(
  code: string | undefined,
  name: string | undefined,
): { readonly code: string; readonly name: string } | null {
  if (code === undefined && name === undefined) return null;
  if (code === undefined || name === undefined || name.trim() === "") {
    throw new UsageError("--city-code 和 --city-name 要一起给");
  }
  return { code, name: name.trim() };
}

function existing(): StartError {
  return new StartError("已有管理员：不能再次初始化。新的管理员由系统管理员建立、安全管理员授权");
}

function explain(thrown: unknown): never {
  if (thrown instanceof DomainError) {
    switch (thrown.code) {
      case "access.initialised":
        throw existing();
      case "access.malformed":
        throw new StartError("--city-code 无效：应为 6 位行政区划代码", { cause: thrown });
      case "access.login_taken":
        throw new StartError("登录名已被占用，换一个", { cause: thrown });
    }
  }
  throw thrown;
}
