import { chinaTime } from "../../server/platform/clock.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { stopAtInterrupt } from "../audit/verify_run.ts";
import { complain, type ExitCode, print, readOptions } from "../command.ts";
import { openWalFolder, walFolder } from "./layout.ts";
import { libpqVariables } from "./libpq.ts";
import { claim, makeFolder, openBackup, type OpenedBackup, sourceUrl } from "./opened.ts";
import { readRecipients } from "./recipients.ts";
import { runTool, startTool, type ToolRun } from "./run_tool.ts";
import { openSigner } from "./signature.ts";
import { sealReceived } from "./seal_wal.ts";
import { findTools, type Tools } from "./tools.ts";

const HELP = `用法: yikatong backup receive-wal [--config <文件>]

一直运行：用 pg_receivewal 经复制槽 backup.slot 接收 WAL，收到即落盘（--synchronous），收完一段就用
backup.recipients 的公钥加密、签名，再删除明文。正在接收的一段（至多 16 MB）在 wal/open 里没有加密，
目录只有本用户能读。

主数据库的 synchronous_standby_names 写上 backup.receiver_name（默认 yikatong_wal）时，提交要等这里
落盘：数据库毁坏也不丢任何已提交的数据（RPO 0）；这时本命令停了，平台的写入会等待，须有监视和两个接收点。

断线、数据库重启后自动重连；停止用 SIGTERM 或 Ctrl-C，退出码 0。`;

/** Between looks at what was received, and before a receiver that ended is started again. */
const LOOK_MS = 1_000;
const RESTART_MS = 5_000;
const RESTART_MS_MAX = 60_000;

export async function receiveWal(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, { help: HELP, options: { config: { type: "string" } } });
  if (!options) return 0;
  using opened = await openBackup(options.config);
  const { settings, engine } = opened;
  const tools = await findTools(settings, "pg_receivewal");
  const folder = openWalFolder(settings);
  await makeFolder(folder);
  const taken = `"${walFolder(settings)}" 已有一个 backup receive-wal 在运行`;
  using _claim = await claim(`${walFolder(settings)}/.in_use`, taken);
  using signer = await openSigner(engine, settings);
  using interrupt = stopAtInterrupt();
  const recipients = await readRecipients(settings.recipients);
  const seal = () => sealReceived({ engine, recipients, signer, settings });
  await makeSlot(opened, tools);
  const receiving = keepReceiving(opened, tools, interrupt.signal);
  let trouble = "";
  while (!interrupt.signal.aborted) {
    trouble = tellOnce(trouble, await seal().then(() => "", reasonOf));
    await pause(LOOK_MS, interrupt.signal);
  }
  await receiving;
  await seal();
  return 0;
}

/** A disk that is full is said once, not every second; and that it is well again, too. */
function tellOnce(before: string, now: string): string {
  if (now !== before) {
    complain(now === "" ? "WAL 又能加密保存了" : `WAL 没有加密保存，会再试：${now}`);
  }
  return now;
}

async function makeSlot(opened: OpenedBackup, tools: Tools): Promise<void> {
  await runTool(tools.path("pg_receivewal"), {
    args: ["--create-slot", "--if-not-exists", `--slot=${opened.settings.slot}`, "--no-password"],
    env: libpqVariables(sourceUrl(opened), opened.settings.receiver_name),
  });
}

/** pg_receivewal connects again by itself; it ends only for reasons like a full disk. */
async function keepReceiving(
  opened: OpenedBackup,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = RESTART_MS;
  while (!signal.aborted) {
    const startedAt = performance.now();
    const tool = startReceiver(opened, tools);
    print(`${chinaTime(new Date())} 开始接收 WAL`);
    const stop = () => tool.stop("SIGINT");
    signal.addEventListener("abort", stop, { once: true });
    try {
      await tool.ended();
    } catch (thrown) {
      if (signal.aborted) return;
      complain(`${chinaTime(new Date())} ${reasonOf(thrown)}；${waitMs / 1_000} 秒后再试`);
    } finally {
      signal.removeEventListener("abort", stop);
    }
    const ranMs = performance.now() - startedAt;
    waitMs = ranMs > RESTART_MS_MAX ? RESTART_MS : Math.min(waitMs * 2, RESTART_MS_MAX);
    await pause(waitMs, signal);
  }
}

function startReceiver(opened: OpenedBackup, tools: Tools): ToolRun {
  const { settings } = opened;
  return startTool(tools.path("pg_receivewal"), {
    args: [
      `--directory=${openWalFolder(settings)}`,
      `--slot=${settings.slot}`,
      "--synchronous",
      "--no-password",
    ],
    env: libpqVariables(sourceUrl(opened), settings.receiver_name),
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    if (signal.aborted) return resume();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resume();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
