import type { ReceiptPrinter } from "../../ffi/contract.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { loadTerminalConfig, type TerminalConfig } from "../../terminal/config.ts";
import { openDevices } from "../../terminal/devices/open_devices.ts";
import { printSlip } from "../../terminal/slips/print_slip.ts";
import { type ExitCode, print, readOptions } from "../command.ts";
import { claimFolder } from "../dev/data_folder.ts";
import { openOutput } from "../files/output.ts";
import { type OpenedTerminal, openTerminal } from "../terminal/opened_terminal.ts";
import { openVendorLibrary } from "../terminal/vendor_libraries.ts";
import { checkDevices, DEVICE_NAMES } from "./device_checks.ts";
import type { TerminalFinding } from "./finding.ts";
import { checkLine, checkReachable, enrolmentFindings } from "./line_checks.ts";
import { checkDisk, checkJournal, checkKeyFile } from "./machine_checks.ts";
import { terminalReleaseFindings } from "./release_checks.ts";
import { commissioningReport } from "./report.ts";
import { findingLines } from "./table.ts";

const HELP = `用法: yikatong doctor --terminal [选项]

体检一台自助机：密钥文件、注册、到平台的线路、时钟、磁盘、日志，以及每个设备的状态和型号；有问题时
说明怎么办。不动卡、不动密钥，不改配置。终端程序正在运行时设备归它使用，先停止它才能检查设备。
退出码：0 没有失败的项（可能有警告），1 有失败的项，不能上线。

  --config <文件>  终端的 TOML 配置文件（也可用 YIKATONG_TERMINAL_CONFIG）
  --report <文件>  另存上线测试报告（Markdown）；已有的文件会被替换
  --print          打印一张测试凭条`;

export async function terminalDoctor(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      config: { type: "string" },
      report: { type: "string" },
      print: { type: "boolean" },
    },
  });
  if (!options) return 0;
  const config = await loadTerminalConfig(options.config);
  const findings = [
    ...await terminalReleaseFindings(config.release),
    ...await examine(config, { printsSlip: options.print ?? false }),
  ];
  for (const line of findingLines(findings)) print(line);
  if (options.report !== undefined) await writeReport(config, findings, options.report);
  const failed = findings.filter(({ state }) => state === "failed").length;
  const warnings = findings.filter(({ state }) => state === "warning").length;
  print("");
  print(
    failed > 0
      ? `结论：不能上线，${failed} 项失败，${warnings} 项警告`
      : `结论：没有失败的项，${warnings} 项警告；警告要有人看过再上线`,
  );
  return failed > 0 ? 1 : 0;
}

async function examine(
  config: TerminalConfig,
  { printsSlip }: { readonly printsSlip: boolean },
): Promise<TerminalFinding[]> {
  const disk = await checkDisk(config);
  // The devices of a new machine can be looked at before it is enrolled.
  if (disk.state === "failed") return [disk, ...await deviceFindings(config, printsSlip)];
  const { findings, keys } = await checkKeyFile(config);
  await keys?.[Symbol.asyncDispose]();
  const machine = [disk, ...findings];
  if (!keys) return [...machine, ...await deviceFindings(config, printsSlip)];
  await using stack = new AsyncDisposableStack();
  const opened = await openOrTell(config, machine);
  if (!opened) return [...machine, ...await deviceFindings(config, printsSlip)];
  stack.use(opened);
  machine.push(...checkJournal(opened.journal));
  const lock = await claimFolder(config.data_dir, { reset: false }).catch(() => null);
  if (!lock) return [...machine, ...await whileRunning(config, opened)];
  using _lock = lock;
  return [
    ...machine,
    ...await checkLine(config, opened),
    ...await deviceFindings(config, printsSlip),
  ];
}

/** A journal that does not open is a finding: the rest is looked at all the same. */
async function openOrTell(
  config: TerminalConfig,
  findings: TerminalFinding[],
): Promise<OpenedTerminal | null> {
  try {
    return await openTerminal(config);
  } catch (thrown) {
    findings.push({ state: "failed", subject: "日志", text: reasonOf(thrown), remedy: "" });
    return null;
  }
}

async function whileRunning(
  config: TerminalConfig,
  opened: OpenedTerminal,
): Promise<TerminalFinding[]> {
  return [...enrolmentFindings(opened), await checkReachable(config, opened), {
    state: "warning",
    subject: "设备",
    text: "终端程序正在运行，设备由它使用，没有检查",
    remedy: "停止终端程序后再执行",
  }];
}

async function deviceFindings(
  config: TerminalConfig,
  printsSlip: boolean,
): Promise<TerminalFinding[]> {
  try {
    await using devices = await openDevices(config.devices, {
      keepMovement: () => Promise.reject(new Error("The doctor moves no card")),
      openLibrary: (profile) => openVendorLibrary(profile, { log: SILENT_LOG }),
    });
    const findings = await checkDevices(devices, config.devices);
    if (!printsSlip) return findings;
    return [...findings, await printTestSlip(devices.receiptPrinter, config.number)];
  } catch (thrown) {
    return [{ state: "failed", subject: "设备", text: reasonOf(thrown), remedy: "改正配置文件" }];
  }
}

const NOT_PRINTED = {
  paper_out: "缺纸",
  cover_open: "盖子没有合上",
  offline: "没有应答",
  error: "打印机报告故障",
} as const;

async function printTestSlip(printer: ReceiptPrinter, number: string): Promise<TerminalFinding> {
  const reply = await printSlip(printer, [
    { kind: "text", text: "打印测试", align: "center", look: { size: 2, bold: true } },
    { kind: "rule" },
    { kind: "pair", label: "终端", value: number },
    { kind: "pair", label: "时间", value: chinaTime(new Date()) },
    { kind: "text", text: "生僻字：㐂 䶮 镕 堃 喆" },
    { kind: "rule" },
    { kind: "qr", text: `YIKATONG-TEST-${number}` },
  ]);
  const isPrinted = reply.kind === "printed";
  return {
    state: isPrinted ? "ok" : "failed",
    subject: DEVICE_NAMES.receipt_printer,
    text: isPrinted
      ? "测试凭条已打印，请看字和二维码是否清楚"
      : `没有打印：${NOT_PRINTED[reply.reason]}`,
    remedy: isPrinted ? "" : "检查纸、盖子和数据线后再打印",
  };
}

async function writeReport(
  config: TerminalConfig,
  findings: readonly TerminalFinding[],
  path: string,
): Promise<void> {
  using output = await openOutput({ path, force: true, isPrivate: false, isBinary: false });
  const text = commissioningReport(config, findings, new Date());
  await output.fill([new TextEncoder().encode(text)]);
  await output.finish();
  print(`报告已写入 ${path}`);
}
