import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { describeConfig, loadConfig } from "../server/platform/config.ts";
import { developmentSealer } from "../server/platform/development_sealer.ts";
import { reasonOf } from "../server/platform/errors.ts";
import { createLog } from "../server/platform/log.ts";
import { startPlatform } from "../server/serve.ts";
import { type ExitCode, print, readOptions, StartError, stopSignal } from "./command.ts";
import { openConfigured } from "./database.ts";

const HELP = `用法: yikatong serve [选项]

平台：终端接口、支付回调、后台任务。可在同一数据库上启动多个。

  --config <文件>            TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先
  --role <api|worker|all>    只做接口、只做后台任务，或都做（默认 all）
  --insecure-development     接受开发令牌和开发密钥，仅限没有真实数据的环境`;

export async function serve(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      config: { type: "string" },
      role: { type: "string" },
      "insecure-development": { type: "boolean" },
    },
  });
  if (!options) return 0;
  const stop = stopSignal();
  const loaded = await loadConfig(options.config === undefined ? {} : { file: options.config });
  const config = { ...loaded, role: readRole(options.role) ?? loaded.role };
  const insecureDevelopment = options["insecure-development"] ?? false;
  const log = createLog({ level: config.log_level, write: print, now: () => new Date() });
  const sealKey = config.development.seal_key;
  if (!insecureDevelopment || sealKey === undefined) {
    throw new StartError(
      "平台还没有正式的信封密钥：本版本只能加 --insecure-development 并设置 " +
        "YIKATONG_DEVELOPMENT_SEAL_KEY 启动，且不得存放真实数据。",
    );
  }
  log.warn("INSECURE DEVELOPMENT MODE: development token and sealing key are accepted");
  for (const line of describeConfig(config)) log.info(line);
  await using opened = await openConfigured(config, config.database.pool);
  const { db } = opened;
  await using platform = listen({
    config,
    db,
    clock: SYSTEM_CLOCK,
    log,
    sealer: developmentSealer(Uint8Array.fromHex(sealKey)),
    insecureDevelopment,
  });
  log.info("Serving", { host: config.host, port: platform.port, role: config.role });
  await stop;
  return 0;
}

function listen(options: Parameters<typeof startPlatform>[0]): ReturnType<typeof startPlatform> {
  try {
    return startPlatform(options);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.AddrInUse)) throw thrown;
    const { host, port } = options.config;
    throw new StartError(`端口 ${host}:${port} 已被占用：${reasonOf(thrown)}`);
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
      throw new StartError(`角色 "${text}" 无效：应为 api、worker 或 all`);
  }
}
