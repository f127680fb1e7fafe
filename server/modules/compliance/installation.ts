import { type Config, describeConfig } from "../../platform/config.ts";
import type { ReleaseSettings } from "../../platform/release/settings.ts";

/** What a pack may say of the configuration a platform runs with: no secret is in it. */
export interface Installation {
  /** "his.url = …", secrets as "(set, hidden)". */
  readonly settings: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly role: string;
  readonly release: ReleaseSettings;
  readonly parties: readonly Party[];
}

export interface Party {
  readonly title: string;
  /** Scheme, host and port. */
  readonly origin: string;
}

export function installationOf(config: Config): Installation {
  return {
    settings: describeConfig(config),
    host: config.host,
    port: config.port,
    role: config.role,
    release: config.release,
    parties: [
      { title: "医院信息系统（HIS）", origin: originOf(config.his.url) },
      { title: "电子健康码平台", origin: originOf(config.citizen_code.url) },
      { title: "医保中心", origin: originOf(config.insurance.url) },
      { title: "银行聚合支付", origin: originOf(config.aggregate_pay.url) },
    ],
  };
}

/** A path or a query may hold an account's name. */
function originOf(url: string): string {
  return new URL(url).origin;
}

/** One route as the API declares it. */
export interface RouteLine {
  readonly api: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  /** A permission, "own" for what is about the caller alone, "terminal", or "open". */
  readonly needs: string | null;
}
