import type { Kysely } from "kysely";
import { buildCity } from "../sandbox/city/build_city.ts";
import { DevDevices } from "../sandbox/devices/dev_devices.ts";
import { startSandbox } from "../sandbox/start_sandbox.ts";
import { MIGRATIONS } from "../server/migrations/list.ts";
import { findTerminal } from "../server/modules/fleet/register_terminals.ts";
import { OffsetClock } from "../server/platform/clock.ts";
import { databaseUrl } from "../server/platform/config.ts";
import { developmentSealer } from "../server/platform/development_sealer.ts";
import { reasonOf } from "../server/platform/errors.ts";
import { createLog } from "../server/platform/log.ts";
import { migrate } from "../server/platform/migrate.ts";
import { ensurePartitions } from "../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../server/schema.ts";
import { startPlatform } from "../server/serve.ts";
import { startTerminal } from "../terminal/start.ts";
import { buildKiosk } from "../tools/build_kiosk.ts";
import { type ExitCode, print, readOptions, readPort, StartError, stopSignal } from "./command.ts";
import { openDatabase } from "./database.ts";
import { devConfig, sandboxSecrets } from "./dev/config.ts";
import { devOptions } from "./dev/dev_hand.ts";
import { loadSecrets } from "./dev/secrets.ts";
import { seedCity } from "./dev/seed_city.ts";

const HELP = `用法: yikatong dev [选项]

一个进程里启动平台、沙箱（HIS、医保、聚合支付）和一台虚拟设备的终端。数据保存在 data/。
设置 DATABASE_URL 时改用 PostgreSQL。

  --reset            先清空演示数据（不清空 PostgreSQL）
  --host <地址>      监听地址（默认 127.0.0.1；0.0.0.0 让其他机器也能打开）
  --port <端口>      平台端口，终端和沙箱用其后两个（默认 8700）
  --data <目录>      数据目录（默认 data）
  --terminal <编号>  模拟哪一台终端（默认 0001）
  --verbose          显示运行日志`;

interface DevSettings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly reset: boolean;
  readonly terminal: string;
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
    verbose: options.verbose ?? false,
  });
  await stop;
  print("正在停止……");
  return 0;
}

async function start(stack: AsyncDisposableStack, settings: DevSettings): Promise<void> {
  const started = performance.now();
  const { host, port } = settings;
  for (const taken of [port, port + 1, port + 2]) checkPort(host, taken);
  await prepareFolder(settings);
  const clock = new OffsetClock();
  const log = createLog({
    level: settings.verbose ? "info" : "warn",
    write: print,
    now: () => clock.now(),
  });
  const secrets = await loadSecrets(settings.dataDir);
  const city = buildCity();
  step("构建终端界面");
  const assets = buildKiosk();
  step("打开数据库（首次约需几秒）");
  const url = databaseUrl();
  const db = await openDatabase({ url, folder: `${settings.dataDir}/database`, pool: 10 });
  stack.defer(() => db.destroy());
  await prepareDatabase(db, { clock, city });
  step("启动沙箱：HIS、医保、聚合支付");
  const sandbox = stack.use(
    await startSandbox({
      dataDir: `${settings.dataDir}/sandbox`,
      clock,
      city,
      host,
      port: port + 2,
      secrets: sandboxSecrets(secrets),
    }),
  );
  step("启动平台和终端");
  const platform = stack.use(startPlatform({
    config: devConfig({
      host,
      port,
      dataDir: settings.dataDir,
      databaseUrl: url,
      urls: sandbox.urls,
      secrets,
    }),
    db,
    clock,
    log,
    sealer: developmentSealer(Uint8Array.fromHex(secrets.sealKey)),
    insecureDevelopment: true,
  }));
  const terminal = await findTerminal({ db }, { number: settings.terminal });
  if (!terminal) throw new StartError(`没有编号为 "${settings.terminal}" 的终端`);
  const devices = new DevDevices();
  const kiosk = stack.use(
    await startTerminal({
      dataFolder: settings.dataDir,
      listen: { hostname: host, port: port + 1 },
      ...(host !== "127.0.0.1" && { allowedHosts: hostNames(host) }),
      platform: {
        url: `http://127.0.0.1:${platform.port}`,
        token: secrets.terminalToken,
        terminalId: terminal.id,
      },
      devices: devices.devices,
      assets: await assets,
      clock,
      log,
      dev: devOptions({
        city,
        devices,
        clock,
        aggregatePayUrl: sandbox.urls.aggregatePay,
        afterJump: () => ensurePartitions(db, PARTITIONED, clock.now()),
      }),
    }),
  );
  const shown = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}`;
  print("");
  print(`已就绪（${((performance.now() - started) / 1_000).toFixed(1)} 秒）。Ctrl-C 停止。`);
  print("");
  print(`  平台      ${shown}:${platform.port}`);
  print(`  终端界面  ${kiosk.url}`);
  print(`  接口文档  ${shown}:${platform.port}/reference`);
  print(`  沙箱控制  ${sandbox.urls.panel}`);
  print("");
}

async function prepareDatabase(
  db: Kysely<Tables>,
  { clock, city }: { clock: OffsetClock; city: ReturnType<typeof buildCity> },
): Promise<void> {
  step("升级数据库结构");
  try {
    await migrate(db, MIGRATIONS);
    await ensurePartitions(db, PARTITIONED, clock.now());
  } catch (thrown) {
    throw new StartError(`数据库不能使用：${reasonOf(thrown)}`);
  }
  step(`准备演示城市：${city.institutions.length} 个机构，${city.terminals.length} 台终端`);
  await seedCity({ db, clock }, city);
}

async function prepareFolder({ dataDir, reset }: DevSettings): Promise<void> {
  try {
    if (reset) {
      step(`清空 ${dataDir}`);
      await Deno.remove(dataDir, { recursive: true }).catch((thrown) => {
        if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
      });
    }
    await Deno.mkdir(dataDir, { recursive: true });
    const probe = `${dataDir}/.writable`;
    await Deno.writeTextFile(probe, "");
    await Deno.remove(probe);
  } catch (thrown) {
    throw new StartError(`数据目录 "${dataDir}" 不能写入：${reasonOf(thrown)}`);
  }
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

function hostNames(host: string): string[] {
  const own = host === "0.0.0.0"
    ? Deno.networkInterfaces().map((network) => network.address)
    : [host];
  return ["127.0.0.1", "localhost", ...own];
}

function step(text: string): void {
  print(`· ${text}`);
}
