import { CryptoError } from "../crypto/errors.ts";
import { openOutsideConfig, type OutsideConfig } from "../server/outside_services.ts";
import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import {
  type Config,
  describeConfig,
  findServiceManager,
  loadConfig,
} from "../server/platform/config.ts";
import { askServer } from "../server/platform/db.ts";
import { createLog, type Log } from "../server/platform/log.ts";
import { mayServe } from "../server/platform/release/own_release.ts";
import { pauseFor } from "../server/platform/pause.ts";
import { ServiceNotices } from "../server/platform/service_notify.ts";
import { recordRelease } from "../server/release_events.ts";
import { startPlatform, wireServices } from "../server/serve.ts";
import {
  type ExitCode,
  print,
  readOptions,
  StartError,
  stopSignal,
  UsageError,
} from "./command.ts";
import { explained } from "./crypto_trouble.ts";
import { openConfigured } from "./database.ts";
import { consoleLoader } from "./files/console_loader.ts";
import {
  lineTroubleText,
  openConfiguredKeys,
  type PlatformKeys,
  requireDatabaseKeys,
  requireProofKeys,
} from "./platform_keys.ts";
import { checkAtStart, endOf, tellRefused } from "./release/own_release.ts";

const HELP = `用法: yikatong serve [选项]

平台：终端接口、支付回调、后台任务。可在同一数据库上启动多个。

  --config <文件>            TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先
  --role <api|worker|all>    只做接口、只做后台任务，或都做（默认 all）
  --insecure-development     接受开发令牌和开发密钥，仅限没有真实数据的环境`;

export const serve = explained(servePlatform);

async function servePlatform(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      config: { type: "string" },
      role: { type: "string" },
      "insecure-development": { type: "boolean" },
    },
  });
  if (!options) return 0;
  const role = readRole(options.role);
  const stop = stopSignal();
  const loaded = await loadConfig(options.config === undefined ? {} : { file: options.config });
  const config = { ...loaded, role: role ?? loaded.role };
  const insecureDevelopment = options["insecure-development"] ?? false;
  const log = createLog({ level: config.log_level, write: print, now: () => new Date() });
  if (insecureDevelopment) {
    log.warn("INSECURE DEVELOPMENT MODE: development token and sealing key are accepted");
  }
  const release = await checkAtStart(config.release, log);
  for (const line of describeConfig(config)) log.info(line);
  await using opened = await openConfigured(config, config.database.pool);
  const { db } = opened;
  await using keys = await openConfiguredKeys(config, {
    insecureDevelopment,
    async check(sealer) {
      const clock = SYSTEM_CLOCK;
      const versions = await requireDatabaseKeys({ db, clock, sealer }, { readOnly: false });
      log.info("Column keys", { versions: versions.join(", ") });
    },
    onAlarm({ kind, provider, detail }) {
      const level = kind === "provider_down" ? "error" : "info";
      log[level]("Crypto provider alarm", { kind, provider, detail });
    },
  });
  tellProvider(log, keys);
  await requireProofKeys(keys.provider, keys.report);
  await using notices = new ServiceNotices({
    manager: findServiceManager(),
    ask: () => askServer(db),
    log,
    pause: pauseFor,
  });
  const parts = {
    loadConsole: await consoleLoader(config),
    config,
    db,
    clock: SYSTEM_CLOCK,
    log,
    provider: keys.provider,
    sealer: keys.sealer,
    ...("keys" in keys.line && { lineKeys: keys.line.keys }),
    outside: await openOutside(config),
    insecureDevelopment,
  };
  if (release && !mayServe(release.found)) {
    await recordRelease(wireServices(parts, AbortSignal.abort()), release.found);
    return tellRefused(release.found);
  }
  await using platform = await listen(parts);
  await using watch = release?.watch((found) => recordRelease(platform.services, found));
  log.info("Serving", { host: config.host, port: platform.port, role: config.role });
  await notices.ready();
  const code = await endOf(stop, watch);
  await notices.stopping();
  return code;
}

async function openOutside(config: Config): Promise<OutsideConfig> {
  try {
    return await openOutsideConfig(config, SYSTEM_CLOCK);
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    const path = config.access.certificate_authorities;
    throw new StartError(
      `证书机构文件 "${path}" 不能使用：应是 PEM 格式的 SM2 证书，至少有一张自签名的根证书`,
      { cause: thrown },
    );
  }
}

function tellProvider(log: Log, { report, line }: PlatformKeys): void {
  log.info("Crypto provider", { chosen: report.chosen, why: report.why.join("; ") });
  for (const warning of report.warnings) log.warn("Crypto provider weakness", { warning });
  if ("trouble" in line) {
    log.warn("No signed lines", { why: lineTroubleText(line.trouble, report) });
  }
}

async function listen(
  options: Parameters<typeof startPlatform>[0],
): ReturnType<typeof startPlatform> {
  try {
    return await startPlatform(options);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.AddrInUse)) throw thrown;
    const { host, port } = options.config;
    throw new StartError(`端口 ${host}:${port} 已被占用：先停止占用它的程序，或改 port`);
  }
}

function readRole(text: string | undefined): "api" | "worker" | "all" | undefined {
  switch (text) {
    case undefined:
    case "api":
    case "worker":
    case "all":
      return text;
    default:
      throw new UsageError(`角色 "${text}" 无效：应为 api、worker 或 all`);
  }
}
