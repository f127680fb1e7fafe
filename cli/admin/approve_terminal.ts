import { getOrganisation } from "../../server/modules/access/find_organisation.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import {
  approveTerminal,
  type EnrolmentToApprove,
  findEnrolmentToApprove,
  type FoundEnrolment,
  readEnrolmentCode,
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
import {
  BREAK_GLASS_HELP,
  BREAK_GLASS_OPTIONS,
  readBreakGlass,
  withAuditedFleet,
} from "./audited_fleet.ts";
import { requireYes } from "./confirmation.ts";
import type { FleetDatabase } from "./fleet_database.ts";

const HELP = `用法: yikatong admin approve-terminal <注册码> --by <姓名> --break-glass <理由> [选项]

紧急情况下批准一台终端的注册；平时在管理台“终端注册”页批准。它的密钥绑定到终端编号，以前的密钥随即作废。
注册码显示在终端屏幕上，15 分钟内有效，只能用一次。批准前核对屏幕上的终端编号和注册码：注册码相符，
说明途中没有人换过密钥。

${BREAK_GLASS_HELP}

例:
  yikatong admin approve-terminal 7KQ2-M9XA --by 张工 --break-glass 管理台故障，中心停诊`;

export async function approveTerminalCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: BREAK_GLASS_OPTIONS,
  });
  if (!read) return 0;
  const [typed] = read.files;
  if (typed === undefined) throw new UsageError("缺少注册码。加 --help 看说明。");
  const { by, reason } = readBreakGlass(read.values, "终端注册");
  const code = readEnrolmentCode(typed);
  await withAuditedFleet(read.values, async (fleet) => {
    const enrolment = requireFound(await findEnrolmentToApprove(fleet, code));
    for (const line of await describe(fleet, enrolment)) print(line);
    await requireYes(`批准终端 ${enrolment.terminal.number} 的注册？`, read.values.yes ?? false);
    if (!await approveTerminal(fleet, { enrolment, code, actor: shellActor(by), reason })) {
      throw new StartError("没有批准：注册码刚刚过期，或已被批准。请在终端上重新注册");
    }
    printDone([`已批准：终端 ${enrolment.terminal.number}`]);
  });
  return 0;
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
      throw new StartError(
        `终端 "${found.number}" 已退役，或它的密钥属于一台已退役的终端：不能注册`,
      );
    default:
      return found satisfies never;
  }
}
