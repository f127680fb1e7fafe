import { OffsetClock } from "../server/platform/clock.ts";
import { databaseUrl } from "../server/platform/config.ts";
import { reasonOf } from "../server/platform/errors.ts";
import { createLog } from "../server/platform/log.ts";
import {
  type ExitCode,
  print,
  readOptions,
  readPort,
  StartError,
  stopSignal,
  UsageError,
} from "./command.ts";
import { openDatabase } from "./database.ts";
import { claimFolder } from "./dev/data_folder.ts";
import { type DevDeviceForm, type DevStack, startDevStack } from "./dev/stack.ts";

const HELP = `用法: yikatong dev [选项]

一个进程里启动平台、沙箱（HIS、医保、聚合支付）和一台虚拟设备的终端。数据保存在 data/。
设置 DATABASE_URL 时改用 PostgreSQL。

  --reset            先清空演示数据（不清空 PostgreSQL）
  --host <地址>      监听地址（默认 127.0.0.1；0.0.0.0 让其他机器也能打开）
  --port <端口>      平台端口，终端和沙箱用其后两个（默认 8700）
  --data <目录>      数据目录（默认 data）
  --terminal <编号>  模拟哪一台终端（默认 0001）
  --devices <形式>   virtual 进程内的虚拟设备（默认）；hardware 真驱动加模拟串口和厂商库，需要 gcc
  --verbose          显示运行日志`;

interface DevSettings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly reset: boolean;
  readonly terminal: string;
  readonly devices: DevDeviceForm;
  readonly verbose: boolean;
}

export async function dev(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      reset: { type: "boolean" },
      host: { type: "string" },
      port: { type: "string" },
      data: { type: "string" },
      terminal: { type: "string" },
      devices: { type: "string" },
      verbose: { type: "boolean" },
    },
  });
  if (!options) return 0;
  const stop = stopSignal();
  await using stack = new AsyncDisposableStack();
  await start(stack, {
    host: options.host ?? "127.0.0.1",
    port: readPort(options.port, 8700),
    dataDir: options.data ?? "data",
    reset: options.reset ?? false,
    terminal: options.terminal ?? "0001",
    devices: readForm(options.devices),
    verbose: options.verbose ?? false,
  });
  await stop;
  print("正在停止……");
  return 0;
}

async function start(stack: AsyncDisposableStack, settings: DevSettings): Promise<void> {
  const started = performance.now();
  const { host, port, dataDir } = settings;
  for (const taken of [port, port + 1, port + 2]) checkPort(host, taken);
  if (settings.reset) step(`清空 ${dataDir} 中的演示数据`);
  stack.use(await claimFolder(dataDir, settings));
  const clock = new OffsetClock();
  const url = databaseUrl();
  const running = stack.use(
    await startDevStack({
      host,
      port,
      dataDir,
      terminal: settings.terminal,
      devices: settings.devices,
      databaseUrl: url,
      openDatabase: () => openDatabase({ url, folder: `${dataDir}/database`, pool: 10 }),
      clock,
      log: createLog({
        level: settings.verbose ? "info" : "warn",
        write: print,
        now: () => clock.now(),
      }),
      step,
    }),
  );
  print("");
  print(`已就绪（${((performance.now() - started) / 1_000).toFixed(1)} 秒）。Ctrl-C 停止。`);
  print("");
  print(`  平台        ${running.platformUrl}`);
  print(`  终端界面    ${running.kiosk.url}`);
  print(`  管理控制台  ${running.platformUrl}/console/`);
  print(`  接口文档    ${running.platformUrl}/reference`);
  print(`  沙箱控制    ${running.sandbox.urls.panel}`);
  print("");
  tellPasswords(running.firstPasswords);
}

/** They are kept nowhere: whoever misses them starts again with --reset. */
function tellPasswords(passwords: DevStack["firstPasswords"]): void {
  if (passwords.length === 0) return;
  print("  管理控制台的三员账号和一次性口令（只显示这一次）：");
  const widest = Math.max(...passwords.map(({ login }) => login.length));
  for (const { name, login, oneTimePassword } of passwords) {
    print(`    ${name}  ${login.padEnd(widest)}  ${oneTimePassword}`);
  }
  print("");
}

/** Found out before anything is built up. */
function checkPort(hostname: string, port: number): void {
  try {
    Deno.listen({ hostname, port }).close();
  } catch (thrown) {
    if (thrown instanceof Deno.errors.AddrInUse) {
      throw new StartError(`端口 ${port} 已被占用：换一个 --port，或先停止占用它的程序`);
    }
    throw new StartError(`不能监听 ${hostname}:${port}：${reasonOf(thrown)}`);
  }
}

function step(text: string): void {
  print(`· ${text}`);
}

function readForm(text: string | undefined): DevDeviceForm {
  switch (text) {
    case undefined:
    case "virtual":
    case "hardware":
      return text ?? "virtual";
    default:
      throw new UsageError(`设备形式 "${text}" 无效：应为 virtual 或 hardware`);
  }
}
