import { z } from "zod";
import { checkConfig, KIOSK, loadSources } from "../../server/platform/config.ts";

/**
 * What shows the screens on a kiosk: a TOML file (`--config`, or `YIKATONG_KIOSK_CONFIG`) and the
 * environment (`YIKATONG_KIOSK_` and the path in capitals), which wins.
 */
const absolutePath = z.string().startsWith("/");
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "应是 24 小时制的时刻，如 22:00");
const flags = z.string().startsWith("-", "应以 - 开头");

const shape = z.strictObject({
  url: z.url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|localhost)$/ })
    .default("http://127.0.0.1:8701/"),
  /** One of the known browsers that is there, when absent. */
  browser: absolutePath.optional(),
  browser_flags: z.array(flags).max(20).default([]),
  /** In memory; what is in `profile` there is wiped before every start of the browser. */
  work_dir: absolutePath.default("/run/yikatong-kiosk"),
  display: z.strictObject({
    /** As xrandr names it: `HDMI-1`; the first that is connected, when absent. */
    output: z.string().regex(/^[\w-]{1,32}$/).optional(),
    rotation: z.enum(["normal", "left", "right", "inverted"]).default("normal"),
    /** As xinput names it; it is turned with the picture. */
    touch_device: z.string().min(1).max(100).optional(),
    /** Between these times of day the screen goes dark five minutes after the last touch. */
    dark_from: timeOfDay.optional(),
    dark_to: timeOfDay.optional(),
  }).prefault({}),
}).refine(({ display }) => (display.dark_from === undefined) === (display.dark_to === undefined), {
  path: ["display", "dark_to"],
  message: "dark_from 和 dark_to 要一起写",
});

export type KioskConfig = z.infer<typeof shape>;

export async function loadKioskConfig(file?: string): Promise<KioskConfig> {
  return toKioskConfig(await loadSources(KIOSK, file));
}

export function toKioskConfig(merged: unknown): KioskConfig {
  return checkConfig(shape, merged);
}
