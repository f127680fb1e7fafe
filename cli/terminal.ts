import { findServiceManager } from "../server/platform/config.ts";
import { createLog, type Log } from "../server/platform/log.ts";
import { pauseFor } from "../server/platform/pause.ts";
import { ServiceNotices } from "../server/platform/service_notify.ts";
import { RELEASE } from "../server/platform/release.ts";
import { mayServe } from "../server/platform/release/own_release.ts";
import { loadTerminalConfig, type TerminalConfig } from "../terminal/config.ts";
import { openDevices } from "../terminal/devices/open_devices.ts";
import { enrolmentApp, type EnrolmentSight } from "../terminal/line/enrolment_page.ts";
import { LineClient } from "../terminal/line/line_client.ts";
import type { EnrolledTerminal } from "../terminal/line/line_memory.ts";
import { watchEnrolment } from "../terminal/line/watch_enrolment.ts";
import { noteKeeper } from "../terminal/keep_note.ts";
import { releaseNote } from "../terminal/release_note.ts";
import { findReleases, tellRunning } from "../terminal/releases/running.ts";
import { startTerminal } from "../terminal/start.ts";
import { type ExitCode, print, readOptions, StartError, stopSignal } from "./command.ts";
import { explained } from "./crypto_trouble.ts";
import { claimFolder } from "./dev/data_folder.ts";
import { kioskAssets } from "./files/kiosk_assets.ts";
import { checkAtStart, endOf, tellRefused } from "./release/own_release.ts";
import { platformCheckOf } from "./terminal/line_route.ts";
import { noteRefused } from "./terminal/refused_release.ts";
import { openVendorLibrary } from "./terminal/vendor_libraries.ts";
import { makeDataFolder, type OpenedTerminal, openTerminal } from "./terminal/opened_terminal.ts";

const HELP = `用法: yikatong terminal [--config <文件>]
      yikatong terminal enrol [选项]

自助机上的终端程序：看管设备，向本机浏览器提供界面（只在 127.0.0.1），经签名线路访问平台。
没有注册时，屏幕上显示终端编号和注册码；批准后自动开始服务。

  --config <文件>  TOML 配置文件（也可用 YIKATONG_TERMINAL_CONFIG）；环境变量优先

  enrol            注册这台终端（yikatong terminal enrol --help）`;

const LOOPBACK = "127.0.0.1";
const LOOPBACK_HOSTS = ["127.0.0.1", "localhost"];

export const terminal = explained(runTerminal);

async function runTerminal(args: readonly string[]): Promise<ExitCode> {
  if (args[0] === "enrol") return await (await import("./terminal/enrol.ts")).enrol(args.slice(1));
  const options = readOptions(args, { help: HELP, options: { config: { type: "string" } } });
  if (!options) return 0;
  const signalled = stopSignal();
  const config = await loadTerminalConfig(options.config);
  const early = createLog({ level: config.log_level, write: print, now: () => new Date() });
  const release = await checkAtStart(config.release, early);
  if (release && !mayServe(release.found)) {
    await noteRefused(config, release.found, early);
    return tellRefused(release.found);
  }
  await using stack = new AsyncDisposableStack();
  await makeDataFolder(config);
  stack.use(await claimFolder(config.data_dir, { reset: false }));
  const opened = stack.use(await openTerminal(config));
  const { clock } = opened;
  const log = createLog({ level: config.log_level, write: print, now: () => clock.now() });
  const notices = stack.use(
    new ServiceNotices({
      manager: findServiceManager(),
      ask: () => Promise.resolve(),
      log,
      pause: pauseFor,
    }),
  );
  const deps = { config, opened, log, notices };
  const note = noteKeeper({ journal: opened.journal, log });
  const watch = release?.watch((found) => Promise.resolve(note(releaseNote(found))));
  if (watch) stack.use(watch);
  const stop = new AbortController();
  const ended = endOf(signalled, watch).finally(() => stop.abort());
  const enrolled = opened.enrolled ?? await showEnrolment(deps, stop.signal);
  if (enrolled) {
    stack.use(await serveKiosk(deps, enrolled));
    await notices.ready();
  }
  const code = await ended;
  await notices.stopping();
  return code;
}

interface RunDeps {
  readonly config: TerminalConfig;
  readonly opened: OpenedTerminal;
  readonly log: Log;
  readonly notices: ServiceNotices;
}

/** The screen shows number and code till the platform knows this terminal. */
async function showEnrolment(
  { config, opened, log, notices }: RunDeps,
  signal: AbortSignal,
): Promise<EnrolledTerminal | null> {
  const { keys, route, journal, clock } = opened;
  let state: EnrolmentSight["state"] = { kind: "connecting" };
  const sight = () => ({ terminalNumber: config.number, state });
  await using _server = listen(config.port, enrolmentApp(sight, LOOPBACK_HOSTS).fetch);
  log.info("Waiting to be enrolled", { url: `http://${LOOPBACK}:${config.port}` });
  await notices.ready();
  return await watchEnrolment({
    route,
    keys,
    memory: journal.line,
    terminalNumber: config.number,
    ...platformCheckOf(config),
    clock,
    pause: pauseFor,
    log,
    show(progress) {
      if (progress.kind === "waiting") state = { kind: "waiting", code: progress.code };
      else if (progress.kind === "refused") {
        state = { kind: "refused", code: progress.problem.code };
      } else state = { kind: "connecting" };
    },
  }, signal);
}

async function serveKiosk(
  { config, opened, log }: RunDeps,
  enrolled: EnrolledTerminal,
): Promise<AsyncDisposable> {
  const { keys, route, journal, clock } = opened;
  await using stack = new AsyncDisposableStack();
  const note = noteKeeper({ journal, log });
  const places = await findReleases(config.data_dir);
  if (places) stack.use(await tellRunning(places));
  const assets = await kioskAssets(config.ui_dir);
  const pad = config.devices.pin_pad;
  const devices = stack.use(
    await openDevices(config.devices, {
      // A journal that cannot be written rejects: then the motor stands still.
      keepMovement: (movement) => new Promise((resolve) => resolve(journal.cards.keep(movement))),
      openLibrary: (profile) => openVendorLibrary(profile, { log }),
    }),
  );
  const line = stack.use(
    new LineClient({ route, keys, enrolled, memory: journal.line, clock, log, note }),
  );
  const running = stack.use(
    await startTerminal({
      ...(places && { releases: places }),
      dataFolder: config.data_dir,
      journal,
      version: RELEASE.version,
      listen: { hostname: LOOPBACK, port: config.port },
      platform: { kind: "line", line },
      devices,
      ...(pad?.keys && { padRegister: pad.keys }),
      endDeviceSession: () => devices.endSession(),
      assets,
      clock,
      log,
    }).catch(explainPort(config.port)),
  );
  log.info("Serving", { url: running.url });
  return stack.move();
}

function listen(
  port: number,
  handler: (request: Request) => Response | Promise<Response>,
): AsyncDisposable {
  try {
    return Deno.serve({ hostname: LOOPBACK, port, onListen: () => {} }, handler);
  } catch (thrown) {
    return explainPort(port)(thrown);
  }
}

function explainPort(port: number): (thrown: unknown) => never {
  return (thrown) => {
    if (!(thrown instanceof Deno.errors.AddrInUse)) throw thrown;
    throw new StartError(`端口 ${LOOPBACK}:${port} 已被占用：另一个终端程序在运行吗`);
  };
}
