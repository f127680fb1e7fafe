import { shellActor } from "../../server/modules/audit/actor.ts";
import { continueChain } from "../../server/modules/audit/chain/continue_chain.ts";
import { DomainError } from "../../server/platform/errors.ts";
import { readApprover } from "../admin/approver.ts";
import { type ExitCode, printDone, readOptions, StartError, UsageError } from "../command.ts";
import { openOwnAudit } from "./own_audit.ts";
import { orInterrupted, showProgress, stopAtInterrupt } from "./verify_run.ts";

const HELP = `用法: yikatong audit continue --stream <流> --reason <原因> --by <姓名> [选项]

审计链被绕过平台改动以后，让后台任务从现有的链接接着写。先校验整条链；完好时不做任何事。断点、原因、
经手人写成一条签名的续链记录：以后的每次校验都会指出它和它之前的断点，结论一直是"有断点"；要只校验
之后的部分，用 audit verify --from。先查明原因、保存数据库的副本，再执行本命令。

  --stream <流>      哪条流（校验报告里的机构流编号），all 为全部被改动的流
  --reason <原因>    为什么，至少 4 个字
  --by <姓名>        由谁经手
  --config <文件>    平台的配置；数据库地址用表的属主（环境变量 YIKATONG_DATABASE_URL）
  --progress         在标准错误上显示进度`;

const REASON_CHARS_MIN = 4;
const REASON_CHARS_MAX = 500;
const STREAM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export async function continueAudit(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      stream: { type: "string" },
      reason: { type: "string" },
      by: { type: "string" },
      config: { type: "string" },
      progress: { type: "boolean" },
    },
  });
  if (!options) return 0;
  const { stream = "", reason = "" } = options;
  if (stream !== "all" && !STREAM.test(stream)) throw new UsageError("要有 --stream <流编号|all>");
  if (reason.length < REASON_CHARS_MIN || reason.length > REASON_CHARS_MAX) {
    throw new UsageError(`要有 --reason，${REASON_CHARS_MIN} 至 ${REASON_CHARS_MAX} 个字`);
  }
  const actor = shellActor(readApprover(options.by));
  using progress = showProgress(options.progress ?? false);
  using interrupt = stopAtInterrupt();
  await using own = await openOwnAudit(options.config);
  const wanted = { stream: stream === "all" ? null : stream, reason };
  const run = { signal: interrupt.signal, onProgress: progress.report };
  const { number, found } = await orInterrupted(
    () => told(() => continueChain(own, actor, { ...wanted, ...run })),
    "没有续链，什么也没有写",
  );
  progress.end();
  printDone([`已写入第 ${number} 号续链记录。当时的断点：`, found]);
  return 0;
}

async function told<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown;
    if (thrown.code === "audit.not_broken") {
      throw new StartError("审计链完好，不需要续链", { cause: thrown });
    }
    if (thrown.code === "audit.head_changed") {
      throw new StartError(`另一条流也被改动：${thrown.detail ?? ""}；用 --stream all`, {
        cause: thrown,
      });
    }
    throw thrown;
  }
}
