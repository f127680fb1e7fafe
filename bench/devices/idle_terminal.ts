import { cardProfile } from "../../cli/dev/hardware_devices.ts";
import { openPty } from "../../sandbox/devices/pty.ts";
import { SimulatedHardware } from "../../sandbox/devices/simulated_hardware.ts";
import { buildVendorLibraries } from "../../sandbox/devices/vendor/build.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import {
  approveTerminal,
  findEnrolmentToApprove,
} from "../../server/modules/fleet/enrolment/approve_terminal.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { openBrowser } from "../../tests/journeys/browser.ts";
import { openWorld, type World } from "../../tests/world.ts";
import { buildKiosk } from "../../tools/build_kiosk.ts";
import { cpuSecondsOf, cpuSecondsOfMachine } from "../cpu.ts";
import { freePort, startProcess } from "../stage/process.ts";

export interface ProcessFigures {
  /** Of one core. */
  readonly cpuShare: number;
  /** At the end. */
  readonly memoryMb: number;
  readonly memoryMostMb: number;
}

export interface IdleFigures {
  readonly terminal: ProcessFigures;
  /** The child process with the card library. */
  readonly deviceHost: ProcessFigures;
  /** Cores that the whole machine was busy with, the simulated devices and the browser included. */
  readonly busyCores: number;
}

export interface IdleSettings {
  readonly seconds: number;
  /**
   * How often a card on an aerial outside is looked for, a call of the library each time; 0 for a
   * cabinet without one.
   */
  readonly tapPollMs: number;
}

const WAIT_MS_MAX = 60_000;
const LOOK_MS = 100;
/** V8 goes on compiling what is asked again and again for most of a minute. */
const SETTLE_MS = 60_000;
const CODE = /([2-9A-HJ-NP-Z]{4}) ([2-9A-HJ-NP-Z]{4})/;

/**
 * `yikatong terminal` enrolled and serving a browser at its home screen, nobody near: every serial
 * device on a pty whose other end and the platform are this process, the card library in a
 * device-host.
 */
export async function idleTerminal(
  { seconds, tapPollMs }: IdleSettings,
): Promise<IdleFigures> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "yikatong-bench-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const world = stack.use(await openWorld());
  const platform = stack.use(
    Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, world.app.fetch),
  );
  const port = freePort();
  const config = await writeConfig(stack, {
    folder,
    port,
    tapPollMs,
    platformUrl: `http://127.0.0.1:${platform.addr.port}`,
  });
  const url = `http://127.0.0.1:${port}/`;
  const terminal = stack.use(
    await startProcess({
      args: ["terminal", "--config", config],
      folder,
      readyUrl: url,
    }),
  );
  const code = CODE.exec(await pageWith(url, CODE))?.slice(1).join("") ?? "";
  await approve(world, code);
  await pageWith(url, /kiosk-token/);
  const browser = await openBrowser();
  stack.defer(() => browser.close());
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForSelector("[data-step=home]", { timeout: WAIT_MS_MAX });
  const host = await childOf(terminal.pid);
  await rest(SETTLE_MS);
  return await watch({ terminal: terminal.pid, host, seconds });
}

async function writeConfig(
  stack: AsyncDisposableStack,
  { folder, port, tapPollMs, platformUrl }: {
    readonly folder: string;
    readonly port: number;
    readonly tapPollMs: number;
    readonly platformUrl: string;
  },
): Promise<string> {
  const libraries = await buildVendorLibraries({ target: Deno.build.arch, folder });
  if (!libraries) throw new Error("Cannot compile the card library: expected gcc");
  const hardware = stack.use(
    new SimulatedHardware({
      folder,
      pause: pauseFor,
      readTakesMs: 0,
      moveTakesMs: 0,
      printTakesMs: 0,
    }),
  );
  await hardware.plugAll();
  // It has no modem lines, but is asked for them as often as a port that has.
  const cabinet = stack.use(await openPty());
  const profile = `${folder}/card.toml`;
  await Deno.writeTextFile(
    profile,
    cardProfile(libraries.socialSecurityCard, hardware.scriptPath),
  );
  await Deno.mkdir(`${folder}/ui`);
  for (const [path, { bytes }] of await buildKiosk()) {
    await Deno.writeFile(`${folder}/ui${path}`, bytes);
  }
  const device = (name: string, driver: string, path: string, more = "") =>
    `[devices.${name}]\ndriver = "${driver}"\npath = "${path}"\n${more}\n`;
  const config = `${folder}/terminal.toml`;
  await Deno.writeTextFile(
    config,
    `number = "0001"
data_dir = "${folder}/data"
port = ${port}
ui_dir = "${folder}/ui"
log_level = "warn"
[platform]
url = "${platformUrl}"
` +
      device(
        "card_reader",
        "motor_crt571",
        hardware.portPath("card_reader"),
        `profile = "${profile}"\ntap_poll_ms = ${tapPollMs}`,
      ) +
      device("id_card_reader", "sdt_serial", hardware.portPath("id_card_reader")) +
      device("scanner", "serial", hardware.portPath("scanner")) +
      device("receipt_printer", "escpos_serial", hardware.portPath("printer")) +
      device("pin_pad", "zt598", hardware.portPath("pin_pad")) +
      device("ups", "megatec_q1", hardware.portPath("ups")) +
      device("lights", "relays_serial", hardware.portPath("lights")) +
      device("cabinet", "modem_lines", cabinet.path, `vibration = "cts"`),
  );
  return config;
}

async function approve({ own, clock, services: { audit } }: World, code: string): Promise<void> {
  const deps = { db: own.db, clock, audit };
  const found = await findEnrolmentToApprove(deps, code);
  if (found.kind !== "found") throw new Error(`Cannot approve "${code}": ${found.kind}`);
  const { enrolment } = found;
  const actor = shellActor("bench");
  await approveTerminal(deps, { enrolment, code, actor, reason: null });
}

async function pageWith(url: string, wanted: RegExp): Promise<string> {
  const until = performance.now() + WAIT_MS_MAX;
  while (performance.now() < until) {
    const page = await fetch(url).then((response) => response.text()).catch(() => "");
    if (wanted.test(page)) return page;
    await rest(LOOK_MS);
  }
  throw new Error(`Cannot see ${wanted} at ${url}`);
}

async function watch(
  { terminal, host, seconds }: {
    readonly terminal: number;
    readonly host: number;
    readonly seconds: number;
  },
): Promise<IdleFigures> {
  const look = async () => ({
    at: performance.now(),
    machine: await cpuSecondsOfMachine(),
    terminal: await cpuSecondsOf(terminal),
    host: await cpuSecondsOf(host),
  });
  const before = await look();
  await rest(seconds * 1_000);
  const after = await look();
  const took = (after.at - before.at) / 1_000;
  return {
    terminal: {
      cpuShare: (after.terminal - before.terminal) / took,
      ...await memoryOf(terminal),
    },
    deviceHost: { cpuShare: (after.host - before.host) / took, ...await memoryOf(host) },
    busyCores: (after.machine - before.machine) / took,
  };
}

async function memoryOf(
  pid: number,
): Promise<Pick<ProcessFigures, "memoryMb" | "memoryMostMb">> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const mb = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1_024;
  return { memoryMb: mb("VmRSS"), memoryMostMb: mb("VmHWM") };
}

/** The only child: proc_pid_task_children(5). */
async function childOf(pid: number): Promise<number> {
  const children = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
  const [child, ...others] = children.trim().split(" ").map(Number);
  if (!child || others.length > 0) throw new Error(`Cannot find the device-host: "${children}"`);
  return child;
}

function rest(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
