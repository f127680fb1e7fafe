import { parseChinaTime } from "../server/platform/clock.ts";
import { readApprover } from "./admin/approver.ts";
import { stopAtInterrupt } from "./audit/verify_run.ts";
import { baseBefore, type FoundBackup, readBackup } from "./backup/find_backups.ts";
import { openBackup, type OpenedBackup } from "./backup/opened.ts";
import { openRecipientKey } from "./backup/recipients.ts";
import { complain, readOptions, StartError, UsageError } from "./command.ts";
import { explained } from "./crypto_trouble.ts";
import { restoreInto } from "./restore/restore_into.ts";
import { runDrill } from "./restore/run_drill.ts";

const HELP = `用法: yikatong restore --key <私钥> --into <目录> [--to <时刻>] [选项]
      yikatong restore --drill --key <私钥> --by <姓名> [选项]

第一种：从物理备份和之后的 WAL 恢复出一个新的数据库目录，重放到指定时刻或最新，正常停机后交给您启用；
从不写到已有的目录上。逻辑备份（.dump）用 sm decrypt 解密后由 pg_restore 恢复。
第二种：恢复演练。恢复到临时目录，只在本机套接字上启动，核对行数、账目、审计链和密钥库，量出
RTO、RPO，写成带签名的演练记录并记入审计，然后删除临时目录。

  --key <文件>            备份接收者的 PEM 私钥
  --password-file <文件>  私钥的口令；不写时在键盘输入
  --to <时刻>             latest（默认），或 "2026-11-23 09:30:00"（北京时间）
  --from <备份目录>       用这一个物理备份；不写时用那个时刻之前最新的
  --into <目录>           新的数据库目录，完整路径；演练可不写
  --by <姓名>             演练的经手人
  --audit-key <文件>      演练时没有密钥库：审计签名的 PEM 公钥
  --config <文件>         TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先

以 root 执行时，数据库程序以 backup.run_as（默认 postgres）的身份运行。退出码：0 完成，1 失败或演练
没有通过，130 被 Ctrl-C 中断（什么都没有留下）。`;

/** What a shell reports for a command that Ctrl-C ended. */
const INTERRUPTED = 130;

export const restore = explained(async (args) => {
  const options = readOptions(args, {
    help: HELP,
    options: {
      drill: { type: "boolean" },
      key: { type: "string" },
      "password-file": { type: "string" },
      to: { type: "string", default: "latest" },
      from: { type: "string" },
      into: { type: "string" },
      by: { type: "string" },
      "audit-key": { type: "string" },
      config: { type: "string" },
    },
  });
  if (!options) return 0;
  const { key: path, into } = options;
  if (path === undefined) throw new UsageError("缺少 --key <私钥>。加 --help 看说明。");
  const to = readTarget(options.to);
  const by = options.drill ? readApprover(options.by) : null;
  if (by === null && into === undefined) {
    throw new UsageError("缺少 --into <目录>。加 --help 看说明。");
  }
  using opened = await openBackup(options.config);
  using interrupt = stopAtInterrupt();
  const base = await chooseBase(opened, options.from, to);
  using key = await openRecipientKey(opened.engine, {
    path,
    passwordFile: options["password-file"],
  });
  const run = { base, keyOf: key.of, to, signal: interrupt.signal, tell: complain };
  try {
    return by === null
      ? await restoreInto(opened, { ...run, into: into ?? "" })
      : await runDrill(opened, { ...run, into, by, auditKey: options["audit-key"] });
  } catch (thrown) {
    if (!interrupt.signal.aborted) throw thrown;
    complain("已中断，没有留下未完成的恢复");
    Deno.exit(INTERRUPTED);
  }
});

function readTarget(text: string): Date | null {
  if (text === "latest") return null;
  try {
    return parseChinaTime(text);
  } catch {
    throw new UsageError(`--to "${text}" 无效：应为 latest 或 "2026-11-23 09:30:00"（北京时间）`);
  }
}

async function chooseBase(
  { settings }: OpenedBackup,
  from: string | undefined,
  to: Date | null,
): Promise<FoundBackup> {
  if (from === undefined) return await baseBefore(settings, to);
  const base = await readBackup(from);
  if (base.manifest.kind !== "physical") {
    throw new StartError(`"${from}" 是逻辑备份：用 sm decrypt 解密，再用 pg_restore 恢复`);
  }
  if (to === null || new Date(base.manifest.endedAt) <= to) return base;
  throw new StartError(`"${from}" 在 --to 的时刻之后才完成：用更早的备份`);
}
