import type { SandboxSecrets, SandboxUrls } from "../../sandbox/start_sandbox.ts";
import { type Config, toConfig } from "../../server/platform/config.ts";
import { developmentCardMaster, developmentMobileKeys } from "./development_keys.ts";
import type { DevSecrets } from "./secrets.ts";

/** What the sandbox's bank calls us. */
const CARD_LINE = { merchant: "102441900000001", terminal: "YK000000", terminal_prefix: "YK" };

export const SANDBOX_APP = "yikatong";

/** The platform's, where nobody says another. */
const PORT = 8700;
const MOBILE_APP_ID = "YIKATONGSANDBOX0001";
const REPORT_PATH = "/api/notify/mobile-insurance";

/** The platform's configuration against the sandbox: the same shape and checks as in production. */
export function devConfig(options: {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly urls: SandboxUrls;
  /** Where the sandbox's card host listens; without it no bank cards are taken. */
  readonly cardHost?: { readonly host: string; readonly port: number };
  readonly secrets: DevSecrets;
}): Config {
  const { urls, secrets } = options;
  return toConfig({
    ...(options.databaseUrl !== undefined && { database: { url: options.databaseUrl } }),
    host: options.host,
    port: options.port,
    data_dir: options.dataDir,
    his: { url: urls.his, app_id: SANDBOX_APP, secret: secrets.his },
    citizen_code: { url: urls.citizenCode, app_id: SANDBOX_APP, secret: secrets.citizenCode },
    insurance: { url: urls.insurance, paas_id: SANDBOX_APP, secret: secrets.insurance },
    aggregate_pay: {
      url: urls.aggregatePay,
      app_id: SANDBOX_APP,
      app_key: secrets.bankApp,
      notify_key: secrets.bankNotify,
      order_prefix: "YKT1",
      notify_url: `http://127.0.0.1:${options.port}/api/notify/aggregate-pay`,
    },
    public_url: `http://127.0.0.1:${options.port}`,
    mobile_insurance: {
      url: urls.mobileInsurance,
      app_id: MOBILE_APP_ID,
      app_secret: secrets.insurance,
      centre_key: developmentMobileKeys(secrets.columnSecret).centreKey.toHex(),
      wallet_url: urls.mobileInsurance,
      wallet_app: SANDBOX_APP,
      wallet_secret: secrets.insurance,
      wallet_appid: "wx0000000000000000",
      wallet_sub_mchid: "1900000001",
      report_url: `http://127.0.0.1:${options.port}${REPORT_PATH}`,
    },
    ...(options.cardHost && { card_host: { ...options.cardHost, ...CARD_LINE } }),
    development: { terminal_token: secrets.terminalToken, seal_key: secrets.columnSecret },
  }, {});
}

/** What the sandbox must know to check the platform's signatures. */
export function sandboxSecrets(secrets: DevSecrets, port = PORT): SandboxSecrets {
  const mobile = developmentMobileKeys(secrets.columnSecret);
  return {
    mobileInsurance: {
      centre: {
        appId: MOBILE_APP_ID,
        appSecret: secrets.insurance,
        privateKey: mobile.centrePrivateKey,
        platformKey: mobile.platformKey,
      },
      wallet: { app: SANDBOX_APP, secret: secrets.insurance },
      reportUrl: () => `http://127.0.0.1:${port}${REPORT_PATH}`,
    },
    his: { app: SANDBOX_APP, secret: secrets.his },
    citizenCode: { app: SANDBOX_APP, secret: secrets.citizenCode },
    insurance: { paasid: SANDBOX_APP, secretKey: secrets.insurance },
    aggregatePay: {
      appId: SANDBOX_APP,
      appKey: secrets.bankApp,
      notifyKey: secrets.bankNotify,
    },
    cardHost: { master: developmentCardMaster(secrets.columnSecret) },
  };
}
