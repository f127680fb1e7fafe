import { z } from "zod";
import { checkConfig, loadSources, TERMINAL } from "../server/platform/config.ts";
import { releaseSettings } from "../server/platform/release/settings.ts";
import { devicesConfig } from "./devices/device_config.ts";

/**
 * The kiosk process's configuration: a TOML file (`--config`, or `YIKATONG_TERMINAL_CONFIG`) and the
 * environment (`YIKATONG_TERMINAL_` and the path in capitals), which wins. Devices stand in the file
 * only.
 */
const absolutePath = z.string().startsWith("/");

export const shape = z.strictObject({
  /** The short number on the cabinet, as the platform knows the terminal. */
  number: z.string().regex(/^[0-9A-Za-z-]{1,16}$/, "应是 1 至 16 个字母、数字或 -"),
  /** Journal and keys. */
  data_dir: absolutePath.default("/var/lib/yikatong-terminal"),
  /** On 127.0.0.1, and nowhere else. */
  port: z.coerce.number().int().min(1).max(65_535).default(8_701),
  log_level: z.enum(["debug", "info", "warn", "error"]).default("info"),
  /** The built screens; out of this program's source when absent. */
  ui_dir: absolutePath.optional(),
  platform: z.preprocess(
    (value) => value ?? {},
    z.strictObject({
      url: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, "")),
      /** PEM of the authority that signed the platform's certificate, where no public one did. */
      ca_file: absolutePath.optional(),
      /**
       * How SM3 of the platform's `line-sign` key begins, as `yikatong key show --store` prints it.
       * The code that an approver types shows the platform that no key was changed on the way; this,
       * or TLS, shows it the terminal, which would believe anybody's word that it was approved.
       */
      sign_key_check: z.string().regex(/^[0-9a-f]{16,64}$/).optional(),
    }).refine(({ url, sign_key_check }) => sign_key_check !== undefined || isAuthentic(url), {
      path: ["sign_key_check"],
      message: "没有 TLS 时要有它，否则第一次接上的可以是任何人",
    }),
  ),
  crypto: z.strictObject({
    provider: z.enum(["auto", "native", "portable"]).default("auto"),
    library: absolutePath.optional(),
  }).prefault({}),
  release: releaseSettings,
  devices: devicesConfig.prefault({}),
});

/** TLS, or this machine itself. */
function isAuthentic(url: string): boolean {
  const parsed = URL.parse(url);
  if (!parsed || parsed.protocol === "https:") return true;
  return ["127.0.0.1", "localhost", "[::1]"].includes(parsed.hostname);
}

export type TerminalConfig = z.infer<typeof shape>;

export async function loadTerminalConfig(file?: string): Promise<TerminalConfig> {
  return toTerminalConfig(await loadSources(TERMINAL, file));
}

export function toTerminalConfig(merged: unknown): TerminalConfig {
  return checkConfig(shape, merged);
}
