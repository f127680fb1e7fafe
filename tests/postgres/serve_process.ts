import assert from "node:assert/strict";
import type { Config } from "../../server/platform/config.ts";
import { TEST_SECRETS } from "../world.ts";

const START_MS_MAX = 60_000;

/** A `serve` of its own on this port; it is to end by itself when told to. */
export function serveProcess(config: Config, port: number): AsyncDisposable {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "main.ts", "serve", "--insecure-development"],
    env: {
      DATABASE_URL: config.database.url ?? "",
      YIKATONG_PORT: String(port),
      YIKATONG_LOG_LEVEL: "warn",
      YIKATONG_HIS_URL: config.his.url,
      YIKATONG_HIS_APP_ID: config.his.app_id,
      YIKATONG_HIS_SECRET: config.his.secret,
      YIKATONG_CITIZEN_CODE_URL: config.citizen_code.url,
      YIKATONG_CITIZEN_CODE_APP_ID: config.citizen_code.app_id,
      YIKATONG_CITIZEN_CODE_SECRET: config.citizen_code.secret,
      YIKATONG_INSURANCE_URL: config.insurance.url,
      YIKATONG_INSURANCE_PAAS_ID: config.insurance.paas_id,
      YIKATONG_INSURANCE_SECRET: config.insurance.secret,
      YIKATONG_AGGREGATE_PAY_URL: config.aggregate_pay.url,
      YIKATONG_AGGREGATE_PAY_APP_ID: config.aggregate_pay.app_id,
      YIKATONG_AGGREGATE_PAY_APP_KEY: config.aggregate_pay.app_key,
      YIKATONG_AGGREGATE_PAY_NOTIFY_KEY: config.aggregate_pay.notify_key,
      YIKATONG_AGGREGATE_PAY_ORDER_PREFIX: config.aggregate_pay.order_prefix,
      YIKATONG_AGGREGATE_PAY_NOTIFY_URL: config.aggregate_pay.notify_url,
      YIKATONG_DEVELOPMENT_TERMINAL_TOKEN: TEST_SECRETS.terminalToken,
      YIKATONG_DEVELOPMENT_SEAL_KEY: TEST_SECRETS.columnSecret,
    },
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const { code } = await child.status;
      assert.equal(code, 0, "a stop lets what is under way end and exits 0");
    },
  };
}

export async function ready(port: number): Promise<void> {
  const until = Date.now() + START_MS_MAX;
  while (Date.now() < until) {
    const reply = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    await reply?.body?.cancel();
    if (reply?.status === 200) return;
    await new Promise((resume) => setTimeout(resume, 200));
  }
  throw new Error(`Cannot reach the platform on port ${port} in ${START_MS_MAX} ms`);
}

export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}
