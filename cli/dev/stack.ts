import { resolve } from "node:path";
import type { Kysely } from "kysely";
import type { KioskDevices } from "../../ffi/contract.ts";
import type { PinPad } from "../../ffi/pin_pad/contract.ts";
import { buildCity } from "../../sandbox/city/build_city.ts";
import type { City } from "../../sandbox/city/city.ts";
import { DevDevices } from "../../sandbox/devices/dev_devices.ts";
import { SimulatedHardware } from "../../sandbox/devices/simulated_hardware.ts";
import { type Sandbox, type SandboxUrls, startSandbox } from "../../sandbox/start_sandbox.ts";
import { MIGRATIONS } from "../../server/migrations/list.ts";
import type { FirstPassword } from "../../server/modules/access/accounts/initialise.ts";
import { createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import type { OffsetClock } from "../../server/platform/clock.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import type { Log } from "../../server/platform/log.ts";
import { migrate } from "../../server/platform/migrate.ts";
import { createRowTags } from "../../server/platform/row_tags.ts";
import { ensurePartitions } from "../../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../../server/schema.ts";
import { startPlatform } from "../../server/serve.ts";
import type { DevHand } from "../../terminal/dev_port.ts";
import { type RunningTerminal, startTerminal } from "../../terminal/start.ts";
import { StartError } from "../command.ts";
import { consoleLoader } from "../files/console_loader.ts";
import { kioskAssets } from "../files/kiosk_assets.ts";
import { openDevelopmentKeys } from "../platform_keys.ts";
import { devConfig, sandboxSecrets } from "./config.ts";
import { opening } from "./data_folder.ts";
import { makeDemoAdministrators } from "./demo_administrators.ts";
import { devOptions } from "./dev_hand.ts";
import { openHardwareDevices } from "./hardware_devices.ts";
import { loadPadMaster } from "./load_pad.ts";
import { loadSecrets } from "./secrets.ts";
import { seedCity, type SeedDeps } from "./seed_city.ts";

export interface DevStackOptions {
  readonly host: string;
  /** The platform's; the terminal and the sandbox take the next two. */
  readonly port: number;
  /** Exists and can be written to. */
  readonly dataDir: string;
  /** The number of the terminal that is played. */
  readonly terminal: string;
  readonly databaseUrl: string | undefined;
  readonly openDatabase: () => Promise<Kysely<Tables>>;
  readonly clock: OffsetClock;
  readonly log: Log;
  /** Virtual when it is not said. */
  readonly devices?: DevDeviceForm;
  /** As long as those of a real kiosk when it is not said. */
  readonly deviceTimes?: DeviceTimes;
  /** Told what is being done, for people who wait. */
  readonly step: (text: string) => void;
}

interface DeviceTimes {
  /** How long a chip is talked to. */
  readonly readTakesMs: number;
  /** How long a motor moves a card. */
  readonly moveTakesMs: number;
}

/** `hardware`: real drivers on simulated ports and a compiled library; `virtual`: in this process. */
export type DevDeviceForm = "virtual" | "hardware";

export interface DevStack extends AsyncDisposable {
  readonly platformUrl: string;
  readonly kiosk: RunningTerminal;
  readonly sandbox: Sandbox;
  /** Of the form `hardware`. */
  readonly hardware: SimulatedHardware | null;
  readonly db: Kysely<Tables>;
  readonly city: City;
  /** Of the console's first administrators; empty when they were made at an earlier start. */
  readonly firstPasswords: readonly FirstPassword[];
}

/** Platform, outside world and one terminal with virtual devices in this process. */
export async function startDevStack(options: DevStackOptions): Promise<DevStack> {
  const { host, port, dataDir, clock, log, step } = options;
  await using stack = new AsyncDisposableStack();
  const secrets = await opening("演示密钥", () => loadSecrets(dataDir));
  const city = buildCity();
  step("构建终端界面");
  const assets = kioskAssets();
  step("打开数据库（首次约需几秒）");
  const db = await options.openDatabase();
  stack.defer(() => db.destroy());
  step("启动沙箱：HIS、医保、各支付渠道");
  const sandbox = stack.use(
    await opening("沙箱的账本", () =>
      startSandbox({
        dataDir: `${dataDir}/sandbox`,
        clock,
        city,
        host,
        ...(host !== "127.0.0.1" && { publicHost: phoneHost(host) }),
        port: port + 2,
        secrets: sandboxSecrets(secrets, port),
      })),
  );
  const { databaseUrl } = options;
  const { urls, cardHost } = sandbox;
  const config = devConfig({ host, port, dataDir, databaseUrl, urls, cardHost, secrets });
  const keys = stack.use(await openDevelopmentKeys(config.crypto, secrets.columnSecret));
  const audit = createAuditWriter({ clock, provider: keys.provider });
  const rowTags = createRowTags(keys.provider);
  await prepareDatabase({ db, clock, audit, rowTags, step }, city);
  step("启动平台和终端");
  const platform = stack.use(
    await startPlatform({
      loadConsole: await consoleLoader(config),
      config,
      db,
      clock,
      log,
      provider: keys.provider,
      sealer: keys.sealer,
      ...("keys" in keys.line && { lineKeys: keys.line.keys }),
      insecureDevelopment: true,
    }),
  );
  const firstPasswords = await makeDemoAdministrators(platform.services);
  const terminal = await findTerminal({ db }, { number: options.terminal });
  if (!terminal) throw new StartError(`没有编号为 "${options.terminal}" 的终端`);
  const built = await assets;
  const ceremony = { db, clock, audit, provider: keys.provider, secretHex: secrets.columnSecret };
  const { devices, hand, endSession } = stack.use(
    await openDevDevices(options, {
      city,
      urls,
      loadMaster: (pad) => loadPadMaster(ceremony, { pad, terminalId: terminal.id }),
    }),
  );
  const kiosk = stack.use(
    await opening("终端的日志", () =>
      startTerminal({
        dataFolder: dataDir,
        listen: { hostname: host, port: port + 1 },
        ...(host !== "127.0.0.1" && { allowedHosts: hostNames(host) }),
        platform: {
          kind: "token",
          url: `http://127.0.0.1:${platform.port}`,
          token: secrets.terminalToken,
          terminalId: terminal.id,
        },
        devices,
        endDeviceSession: endSession,
        assets: built,
        clock,
        log,
        dev: devOptions({
          city,
          hand,
          clock,
          aggregatePayUrl: sandbox.urls.aggregatePay,
          afterJump: () => ensurePartitions(db, PARTITIONED, clock.now()),
        }),
      })),
  );
  const running = stack.move();
  return {
    platformUrl: `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${platform.port}`,
    kiosk,
    sandbox,
    hardware: hand instanceof SimulatedHardware ? hand : null,
    db,
    city,
    firstPasswords,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function prepareDatabase(
  { step, ...seed }: Pick<DevStackOptions, "step"> & SeedDeps,
  city: City,
): Promise<void> {
  step("升级数据库结构");
  try {
    await migrate(seed.db, MIGRATIONS);
    await ensurePartitions(seed.db, PARTITIONED, seed.clock.now());
  } catch (thrown) {
    throw new StartError(`数据库不能使用：${reasonOf(thrown)}`);
  }
  step(`准备演示城市：${city.institutions.length} 个机构，${city.terminals.length} 台终端`);
  await seedCity(seed, city, { modes: ["show_code", "scan_code", "card", "citizen_code"] });
}

/** Where phones in the room reach the bank's pay pages. */
function phoneHost(host: string): string {
  if (host !== "0.0.0.0") return host;
  const outward = Deno.networkInterfaces()
    .find((network) => network.family === "IPv4" && !network.address.startsWith("127."));
  return outward?.address ?? "127.0.0.1";
}

function hostNames(host: string): string[] {
  const own = host === "0.0.0.0"
    ? Deno.networkInterfaces().map((network) => network.address)
    : [host];
  return ["127.0.0.1", "localhost", ...own];
}

interface DevDeviceParts extends AsyncDisposable {
  readonly devices: KioskDevices;
  readonly hand: DevHand;
  readonly endSession: () => Promise<void>;
}

async function openDevDevices(
  { devices, deviceTimes, dataDir, log }: DevStackOptions,
  { city, urls, loadMaster }: {
    readonly city: City;
    readonly urls: SandboxUrls;
    readonly loadMaster: (pad: PinPad) => Promise<void>;
  },
): Promise<DevDeviceParts> {
  if (devices === "hardware") {
    const folder = resolve(dataDir, "hardware");
    return await openHardwareDevices({ folder, log, loadMaster, ...deviceTimes });
  }
  const hand = new DevDevices({
    findInsured: (voucher) => findInsured(city, voucher),
    issueToken: ({ idNumber }) => issueFaceToken(urls.insurance, idNumber),
    ...deviceTimes,
  });
  const { pinPad } = hand.devices;
  if (pinPad) await loadMaster(pinPad);
  return {
    devices: hand.devices,
    hand,
    endSession: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** As the insurance terminal's own line to the centre would get it. */
async function issueFaceToken(insuranceUrl: string, idNumber: string): Promise<string> {
  const response = await fetch(`${insuranceUrl}/sandbox/faces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ idNumber }),
  });
  const { token } = await response.json();
  return String(token);
}

function findInsured({ persons, admdvs }: City, voucher: string) {
  const person = persons.find(({ codes }) => codes.insuranceVoucher === voucher);
  return person ? { idNumber: person.idNumber, name: person.name, region: admdvs } : null;
}
