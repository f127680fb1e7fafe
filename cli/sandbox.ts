import { buildCity } from "../sandbox/city/build_city.ts";
import { startSandbox } from "../sandbox/start_sandbox.ts";
import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { type ExitCode, print, readOptions, readPort, stopSignal } from "./command.ts";
import { sandboxSecrets } from "./dev/config.ts";
import { loadSecrets } from "./dev/secrets.ts";

const HELP = `用法: yikatong sandbox [选项]

单独启动外部各方的模拟：HIS、医保、聚合支付、电子证照，带故障注入。
密钥在数据目录的 development_secrets.json。

  --host <地址>       监听地址（默认 127.0.0.1）
  --port <端口>       端口（默认 8702）
  --card-port <端口>  银行卡主机的端口（默认 8703）
  --data <目录>       数据目录（默认 data）`;

export async function sandbox(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      host: { type: "string" },
      port: { type: "string" },
      "card-port": { type: "string" },
      data: { type: "string" },
    },
  });
  if (!options) return 0;
  const stop = stopSignal();
  const dataDir = options.data ?? "data";
  await Deno.mkdir(dataDir, { recursive: true });
  const secrets = await loadSecrets(dataDir);
  await using running = await startSandbox({
    dataDir: `${dataDir}/sandbox`,
    clock: SYSTEM_CLOCK,
    city: buildCity(),
    host: options.host ?? "127.0.0.1",
    port: readPort(options.port, 8702),
    cardPort: readPort(options["card-port"], 8703),
    secrets: sandboxSecrets(secrets),
  });
  for (const [name, url] of Object.entries(running.urls)) print(`${name.padEnd(14)} ${url}`);
  const { cardHost } = running;
  print(`${"cardHost".padEnd(14)} ${cardHost.host}:${cardHost.port}（ISO 8583）`);
  await stop;
  return 0;
}
