import { devConfig } from "../../cli/dev/config.ts";
import { type DevSecrets, loadSecrets } from "../../cli/dev/secrets.ts";
import { openDevelopmentKeys } from "../../cli/platform_keys.ts";
import { buildCity } from "../../sandbox/city/build_city.ts";
import { urlsOf } from "../../sandbox/start_sandbox.ts";
import type { Config } from "../../server/platform/config.ts";
import { createRowTags } from "../../server/platform/row_tags.ts";
import { type Patient, patientsOf } from "../load/patients.ts";
import type { Ask } from "../load/visit.ts";
import { prepareCity } from "./city_database.ts";
import { type BenchDatabase, startDurablePostgres } from "./durable_postgres.ts";
import { freePort, type RunningProcess, startProcess } from "./process.ts";

/** The platform as it is served, its database and its outside world, each in processes of its own. */
export interface Stage extends AsyncDisposable {
  readonly database: BenchDatabase;
  readonly sandbox: RunningProcess;
  readonly hisUrl: string;
  readonly config: Config;
  readonly secrets: DevSecrets;
  readonly patients: readonly Patient[];
  readonly folder: string;
  startPlatform(options?: { readonly v8Flags?: readonly string[] }): Promise<RunningProcess>;
  readonly ask: Ask;
}

/** Connections of the platform's pool: the default of `database.pool`. */
const POOL = 10;

export async function openStage(): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "yikatong-bench-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const database = stack.use(await startDurablePostgres());
  const city = buildCity();
  const secrets = await loadSecrets(folder);
  const urls = urlsOf(`http://127.0.0.1:${freePort()}`);
  const sandbox = stack.use(
    await startProcess({
      args: ["sandbox", `--port=${new URL(urls.panel).port}`, `--data=${folder}`],
      folder,
      readyUrl: `${urls.panel}healthz`,
    }),
  );
  const port = freePort();
  const config = devConfig({
    host: "127.0.0.1",
    port,
    dataDir: folder,
    databaseUrl: database.url,
    urls,
    secrets,
  });
  await using keys = await openDevelopmentKeys(config.crypto, secrets.columnSecret);
  const terminals = await prepareCity(database.url, city, createRowTags(keys.provider));
  const keep = stack.move();
  return {
    database,
    sandbox,
    hisUrl: urls.his,
    config,
    secrets,
    patients: patientsOf(city, terminals),
    folder,
    startPlatform: (options = {}) =>
      startProcess({
        args: ["serve", "--insecure-development"],
        env: environmentOf({
          ...config,
          database: { ...config.database, pool: POOL },
          log_level: "warn",
        }),
        folder,
        readyUrl: `http://127.0.0.1:${port}/readyz`,
        ...options,
      }),
    ask: askOverHttp(`http://127.0.0.1:${port}/api/terminal/v1`, secrets.terminalToken),
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  };
}

function askOverHttp(base: string, token: string): Ask {
  return ({ method, path, body }, terminalId) =>
    fetch(base + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        "x-terminal-id": terminalId,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
}

/** The configuration as `yikatong serve` reads it: YIKATONG_ and the path in capitals. */
export function environmentOf(config: Config): Record<string, string> {
  const env: Record<string, string> = {};
  function place(prefix: string, value: unknown): void {
    if (Array.isArray(value)) env[prefix] = value.join(",");
    else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        place(`${prefix}_${name.toUpperCase()}`, inner);
      }
    } else if (value !== undefined) env[prefix] = String(value);
  }
  place("YIKATONG", config);
  return env;
}
