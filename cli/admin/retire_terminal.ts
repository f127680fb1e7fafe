import { shellActor } from "../../server/modules/audit/actor.ts";
import { openLineKeys } from "../../server/modules/fleet/line/line_keys.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import {
  type DecommissionStatement,
  decommissionStatementSchema,
  type RetirementReply,
} from "../../server/modules/fleet/retire/contract.ts";
import { receiveCertificate } from "../../server/modules/fleet/retire/receive_certificate.ts";
import {
  type RetireDeps,
  retireTerminal,
} from "../../server/modules/fleet/retire/retire_terminal.ts";
import { DomainError } from "../../server/platform/errors.ts";
import { newId } from "../../server/platform/ids.ts";
import { type ExitCode, printDone, readArguments, StartError, UsageError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { openOutput } from "../files/output.ts";
import { readSignedCertificate } from "../retire/certificate_file.ts";
import { readApprover } from "./approver.ts";
import { withAuditedFleet } from "./audited_fleet.ts";
import { requireYes } from "./confirmation.ts";

const METHODS: Readonly<Record<string, DecommissionStatement["method"]>> = {
  destroyed: "physically_destroyed",
  erased: "erased_by_other_means",
  lost: "lost",
};

const HELP = `用法: yikatong admin retire-terminal --certificate <文件> [选项]
      yikatong admin retire-terminal <终端编号> --dead <方式> --by <姓名> --witness <姓名> --reason <理由> [选项]

撤机登记：这台终端的编号和密钥从此不再接入，不能恢复。平时在终端上执行 yikatong retire，由它自己提交。
第一种：终端清除时连不上平台，把它写出的证明文件拿到这里登记（先在管理台暂停这台终端）。
第二种：终端坏了，不能自己清除。先核对它没有没办完的订单、没有未上传的日志（管理台“终端”页），再由两个人声明。

  --certificate <文件>  yikatong retire --out 写出的证明
  --dead <方式>         destroyed（存储已物理销毁）、erased（已用其他方法清除）、lost（遗失、被盗）
  --by <姓名>           经手人
  --witness <姓名>      见证人（采购人），不能与经手人相同
  --reason <理由>       记入证明和审计记录
  --out <文件>          会签后的证明写到哪里
  --yes                 不再提问
  --config <文件>       TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先
  --insecure-development  用开发密钥，仅限没有真实数据的环境`;

const CERTIFICATE_BYTES_MAX = 262_144;

export async function retireTerminalCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      certificate: { type: "string" },
      dead: { type: "string" },
      by: { type: "string" },
      witness: { type: "string" },
      reason: { type: "string" },
      out: { type: "string" },
      yes: { type: "boolean" },
      config: { type: "string" },
      "insecure-development": { type: "boolean" },
    },
  });
  if (!read) return 0;
  const { values, files: [number] } = read;
  const { certificate, dead, out } = values;
  if ((certificate === undefined) === (dead === undefined)) {
    throw new UsageError("要 --certificate 或 --dead 其中一个。加 --help 看说明。");
  }
  const dying = dead === undefined ? null : readDead({ number, ...values });
  using output = out === undefined ? null : await openOutput({
    path: out,
    force: false,
    isPrivate: true,
    isBinary: false,
    inputs: [certificate],
  });
  const reply = await withAuditedFleet(values, async (fleet) => {
    const line = await openLineKeys(fleet.provider);
    if ("trouble" in line) throw new StartError("密钥库里没有线路的密钥，不能会签");
    const deps = { ...fleet, keys: line.keys };
    return await told(() =>
      dying ? retireDead(deps, dying, values.yes ?? false) : takeFile(deps, certificate ?? "")
    );
  });
  await output?.fill([new TextEncoder().encode(`${JSON.stringify(reply, null, 2)}\n`)]);
  await output?.finish();
  printDone([`已撤机：终端 ${JSON.parse(reply.record).terminalNumber}，编号和密钥不再接入`]);
  return 0;
}

async function takeFile(deps: RetireDeps, path: string): Promise<RetirementReply> {
  const file = await readSmallFile(path, CERTIFICATE_BYTES_MAX);
  return await receiveCertificate(deps, readSignedCertificate(path, file));
}

type Dying = Pick<
  DecommissionStatement,
  "terminalNumber" | "method" | "operator" | "witness" | "reason"
>;

function readDead(values: {
  readonly number: string | undefined;
  readonly dead?: string;
  readonly by?: string;
  readonly witness?: string;
  readonly reason?: string;
}): Dying {
  const { number, dead = "" } = values;
  const method = METHODS[dead];
  if (method === undefined) throw new UsageError("--dead 应为 destroyed、erased 或 lost");
  if (number === undefined) throw new UsageError("缺少终端编号。加 --help 看说明。");
  const operator = readApprover(values.by);
  const witness = values.witness?.trim() ?? "";
  const reason = values.reason?.trim() ?? "";
  if (witness === "" || witness === operator) {
    throw new UsageError("要有 --witness <姓名>，不能与 --by 相同");
  }
  if (reason === "") throw new UsageError("要有 --reason <理由>");
  return { terminalNumber: number, method, operator, witness, reason };
}

async function retireDead(
  deps: RetireDeps,
  dying: Dying,
  isYes: boolean,
): Promise<RetirementReply> {
  const { terminalNumber: number, operator } = dying;
  const terminal = await findTerminal(deps, { number });
  if (!terminal) throw new StartError(`没有编号为 "${number}" 的终端`);
  await requireYes(`终端 ${number} 永久撤机，不能恢复？`, isYes);
  const now = deps.clock.now();
  const statement = decommissionStatementSchema.parse({
    format: 1,
    product: "yikatong",
    kind: "decommission_statement",
    id: newId(now),
    terminalId: terminal.id,
    ...dying,
    statedAt: now.toISOString(),
  });
  return await retireTerminal(deps, {
    ...statement,
    terminal,
    certificate: JSON.stringify(statement),
    signature: null,
    actor: shellActor(operator),
    from: ["active", "suspended"],
  });
}

const TOLD: Readonly<Record<string, string>> = {
  "fleet.not_suspended": "这台终端没有暂停，或已经撤机：先在管理台“终端”页暂停它",
  "fleet.retired": "这台终端已经撤机，登记的是另一份证明",
  "line.not_authenticated": "证明的签名不符：不是这台终端注册的密钥签的，或内容被改动过",
  "line.malformed": "这不是撤机的证明，或内容不全",
};

async function told<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    const text = thrown instanceof DomainError ? TOLD[thrown.code] : undefined;
    throw text === undefined ? thrown : new StartError(text, { cause: thrown });
  }
}
