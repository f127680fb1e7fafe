import { getOrganisation } from "../../server/modules/access/find_organisation.ts";
import {
  approveTerminal,
  type EnrolmentToApprove,
  findEnrolmentToApprove,
  type FoundEnrolment,
} from "../../server/modules/fleet/enrolment/approve_terminal.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import {
  type ExitCode,
  print,
  printDone,
  readArguments,
  StartError,
  UsageError,
} from "../command.ts";
import { readApprover } from "./approver.ts";
import { requireYes } from "./confirmation.ts";
import { type FleetDatabase, withFleet } from "./fleet_database.ts";

const HELP = `用法: yikatong admin approve-terminal <注册码> --by <姓名> [选项]

批准一台终端的注册：把它的密钥绑定到终端编号，它以前的密钥随即作废。注册码显示在终端屏幕上，15 分钟
内有效，只能用一次。批准前核对屏幕上的终端编号和注册码：注册码相符，说明途中没有人换过密钥。

  --by <姓名>      谁批准的，记入终端的事件
  --yes            不再提问
  --config <文件>  TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先

例:
  yikatong admin approve-terminal 7KQ2-M9XA --by 张工`;

export async function approveTerminalCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      by: { type: "string" },
      yes: { type: "boolean" },
      config: { type: "string" },
    },
  });
  if (!read) return 0;
  const [typed] = read.files;
  if (typed === undefined) throw new UsageError("缺少注册码。加 --help 看说明。");
  const by = readApprover(read.values.by);
  const code = readCode(typed);
  await withFleet(read.values.config, async (fleet) => {
    const enrolment = requireFound(await findEnrolmentToApprove(fleet, code));
    for (const line of await describe(fleet, enrolment)) print(line);
    await requireYes(`批准终端 ${enrolment.terminal.number} 的注册？`, read.values.yes ?? false);
    if (!await approveTerminal(fleet, { enrolment, code, by })) {
      throw new StartError("没有批准：注册码刚刚过期，或已被批准。请在终端上重新注册");
    }
    printDone([`已批准：终端 ${enrolment.terminal.number}`]);
  });
  return 0;
}

/** As people type it: in groups, in small letters. */
function readCode(typed: string): string {
  return typed.replace(/[\s-]/g, "").toUpperCase();
}

async function describe(fleet: FleetDatabase, enrolment: EnrolmentToApprove): Promise<string[]> {
  const { terminal } = enrolment;
  const { name, code } = await getOrganisation(fleet, terminal.institutionId);
  return [
    `终端编号      ${terminal.number}`,
    `所在机构      ${name}（${code}）`,
    `申请时间      ${chinaTime(enrolment.requestedAt)}`,
    `签名密钥指纹  ${enrolment.signFingerprint}`,
    `协商密钥指纹  ${enrolment.agreeFingerprint}`,
  ];
}

function requireFound(found: FoundEnrolment): EnrolmentToApprove {
  switch (found.kind) {
    case "found":
      return found.enrolment;
    case "no_such_code":
      throw new StartError(
        "没有这个注册码：核对屏幕上的字；超过 15 分钟或用过的，在终端上重新注册。字都对而仍然没有，" +
          "说明途中有人换了密钥：不要批准，查网络；终端若自己开始服务，立即断开它的网线",
      );
    case "not_unique":
      throw new StartError("这个注册码有两份申请：不要批准，查网络，然后在终端上重新注册");
    case "no_such_terminal":
      throw new StartError(`没有编号为 "${found.number}" 的终端：核对终端上设置的编号`);
    case "retired":
      throw new StartError(`终端 "${found.number}" 已停用（退役），不能注册`);
    default:
      return found satisfies never;
  }
}
