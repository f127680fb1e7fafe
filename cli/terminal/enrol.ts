import { SILENT_LOG } from "../../server/platform/log.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { loadTerminalConfig, type TerminalConfig } from "../../terminal/config.ts";
import { type EnrolmentProgress } from "../../terminal/line/enrol.ts";
import { refusalText, spacedCode } from "../../terminal/line/enrolment_page.ts";
import { watchEnrolment } from "../../terminal/line/watch_enrolment.ts";
import { complain, type ExitCode, print, printDone, readOptions, stopSignal } from "../command.ts";
import { claimFolder } from "../dev/data_folder.ts";
import { platformCheckOf } from "./line_route.ts";
import { makeTerminalKeys } from "./key_file.ts";
import { makeDataFolder, openJournal, openTerminal } from "./opened_terminal.ts";
import { OffsetClock } from "../../server/platform/clock.ts";

const HELP = `用法: yikatong terminal enrol [选项]

在平台上注册这台终端：显示终端编号和一次性注册码，等平台管理员批准。注册码由双方的密钥算出，
两边一致才能批准。已注册时直接说明。终端程序没有注册时，屏幕上也显示同一个注册码。
用运行终端程序的用户执行，否则它读不到这里建立的密钥文件。
退出码：0 已注册，1 没有注册，2 用法错误。

  --config <文件>  终端的 TOML 配置文件（也可用 YIKATONG_TERMINAL_CONFIG）
  --again          作废本机密钥，换新的重新注册（换过主板、磁盘，或平台停用了旧密钥）；先停止终端程序`;

export async function enrol(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: { config: { type: "string" }, again: { type: "boolean" } },
  });
  if (!options) return 0;
  const config = await loadTerminalConfig(options.config);
  if (options.again) await forgetKeys(config);
  const stop = new AbortController();
  stopSignal().then(() => stop.abort());
  return await waitForApproval(config, stop.signal);
}

async function forgetKeys(config: TerminalConfig): Promise<void> {
  await using stack = new AsyncDisposableStack();
  await makeDataFolder(config);
  stack.use(await claimFolder(config.data_dir, { reset: false }));
  const journal = stack.use(openJournal(config.data_dir, new OffsetClock()));
  await makeTerminalKeys(config);
  const known = journal.line.enrolment();
  if (known) journal.line.forgetEnrolment(known.id);
}

async function waitForApproval(config: TerminalConfig, signal: AbortSignal): Promise<ExitCode> {
  await using opened = await openTerminal(config);
  const { keys, route, journal, clock } = opened;
  print(`终端编号  ${config.number}`);
  print(`平台      ${config.platform.url}`);
  let shown = "";
  const enrolled = opened.enrolled ?? await watchEnrolment({
    route,
    keys,
    memory: journal.line,
    terminalNumber: config.number,
    ...platformCheckOf(config),
    clock,
    pause: pauseFor,
    log: SILENT_LOG,
    show(progress) {
      const text = textOf(progress);
      if (text !== shown) print(text);
      shown = text;
    },
  }, signal);
  if (!enrolled) {
    complain("没有注册：等待被中断。显示过的注册码 15 分钟内有效，再执行一次接着等");
    return 1;
  }
  printDone([`已注册，终端 id ${enrolled.terminalId}`]);
  return 0;
}

function textOf(progress: EnrolmentProgress | { readonly kind: "silent" }): string {
  switch (progress.kind) {
    case "waiting":
      return `注册码    ${spacedCode(progress.code)}\n` +
        "请把终端编号和注册码报给平台的系统管理员（在管理台“终端注册”页批准），正在等待批准……";
    case "approved":
      return "平台已批准";
    case "expired":
      return "注册码已过期，正在取新的……";
    case "clock_set":
      return `本机时钟与平台相差 ${Math.round(progress.aheadMs / 1_000)} 秒，按平台的时间继续……`;
    case "refused":
      return `平台没有接受注册：${refusalText(progress.problem.code)}；30 秒后再试`;
    case "silent":
      return "平台没有应答：检查网络和配置的 platform.url；正在重试……";
  }
}
