import { findServiceManager } from "../server/platform/config.ts";
import { createLog, type Log } from "../server/platform/log.ts";
import { pauseFor } from "../server/platform/pause.ts";
import { ServiceNotices } from "../server/platform/service_notify.ts";
import { askScreen } from "../terminal/browser/ask_screen.ts";
import {
  type Browser,
  BROWSER_NAMES,
  browserAt,
  findBrowsers,
} from "../terminal/browser/browsers.ts";
import { type KioskConfig, loadKioskConfig } from "../terminal/browser/config.ts";
import { type RunTool, setUpDisplay, watchNight } from "../terminal/browser/display.ts";
import { keepBrowser } from "../terminal/browser/keep_browser.ts";
import { startBrowser } from "../terminal/browser/run_browser.ts";
import { type ExitCode, print, readOptions, StartError, stopSignal } from "./command.ts";

const HELP = `用法: yikatong kiosk [--config <文件>]

自助机的屏幕：在当前 X 会话里调整显示（方向、触摸、不熄屏），启动浏览器打开终端界面，
浏览器退出或画面停住时重新启动。每次启动前清空浏览器的全部数据。

  --config <文件>  TOML 配置文件（也可用 YIKATONG_KIOSK_CONFIG）；环境变量优先

没有写 browser 时依次找：
${BROWSER_NAMES.map((name) => `  ${name}`).join("\n")}`;

export async function kiosk(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, { help: HELP, options: { config: { type: "string" } } });
  if (!options) return 0;
  const stop = new AbortController();
  void stopSignal().then(() => stop.abort());
  const config = await loadKioskConfig(options.config);
  const log = createLog({ level: "info", write: print, now: () => new Date() });
  const browsers = await chooseBrowsers(config);
  await using notices = new ServiceNotices({
    manager: findServiceManager(),
    ask: () => Promise.resolve(),
    log,
    pause: pauseFor,
  });
  const run = toolRunner(log);
  const { display } = config;
  const size = await setUpDisplay({ display, run, log });
  const night = watchNight({ display, run, log, pause: pauseFor, timeOfDay }, stop.signal);
  await notices.ready();
  await keepBrowser({
    browsers,
    start: (browser) => startBrowser(browser, { config, size }),
    askScreen: () => askScreen(config.url),
    nowMs: () => performance.now(),
    pause: pauseFor,
    log,
  }, stop.signal);
  await night;
  await notices.stopping();
  return 0;
}

async function chooseBrowsers({ browser }: KioskConfig): Promise<Browser[]> {
  if (browser !== undefined) {
    if (await isProgram(browser)) return [browserAt(browser)];
    throw new StartError(`没有浏览器 "${browser}"：检查配置的 browser`);
  }
  const found = await findBrowsers(isProgram);
  if (found.length > 0) return found;
  throw new StartError(
    `没有找到浏览器：装上 ${BROWSER_NAMES.join("、")} 之一，或在配置里写 browser`,
  );
}

async function isProgram(path: string): Promise<boolean> {
  try {
    const { isFile, mode } = await Deno.stat(path);
    return isFile && (mode === null || (mode & 0o111) !== 0);
  } catch {
    return false;
  }
}

/** What one is missing or refuses is told and lived with: a picture is better than none. */
function toolRunner(log: Log): RunTool {
  return async (name, args) => {
    try {
      const { success, stdout, stderr } = await new Deno.Command(name, {
        args: [...args],
        stdin: "null",
      }).output();
      if (success) return new TextDecoder().decode(stdout);
      const said = new TextDecoder().decode(stderr).trim().slice(0, 200);
      log.warn("Display not set", { name, args: args.join(" "), said });
    } catch {
      log.warn("Display not set: no such program", { name, args: args.join(" ") });
    }
    return null;
  };
}

function timeOfDay(): string {
  const now = new Date();
  return [now.getHours(), now.getMinutes()].map((part) => `${part}`.padStart(2, "0")).join(":");
}
