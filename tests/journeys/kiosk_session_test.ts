import assert from "node:assert/strict";
import { DevDevices } from "../../sandbox/devices/dev_devices.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { FakePlatform } from "../../terminal/fake_platform.ts";
import type { ScreenSight } from "../../terminal/screen_watch.ts";
import { startTerminal } from "../../terminal/start.ts";
import { buildKiosk } from "../../tools/build_kiosk.ts";
import { ROOT } from "../../tools/source_files.ts";
import { RUN_FLAGS } from "../cli.ts";
import { TemporaryFolder } from "../temporary_folder.ts";
import { until } from "./until.ts";

/** Of the 19-inch cabinet (R-KIO-18). */
const SIZE = { width: 1_280, height: 1_024 };

Deno.test("yikatong kiosk shows the screens, also after a crash and a frozen picture", async () => {
  using folder = new TemporaryFolder();
  await using display = await startDisplay();
  await using terminal = await startKioskTerminal(folder.path);
  await using session = await startSession({ folder: folder.path, display, url: terminal.url });
  const askSight = async (): Promise<ScreenSight> =>
    await (await fetch(`${terminal.url}/screen`)).json();

  async function drawnAnew(): Promise<void> {
    const since = performance.now();
    await until(
      "the screens drawn anew",
      askSight,
      ({ silentMs }) => silentMs !== null && silentMs < performance.now() - since,
    );
  }

  const first = await until("the screens drawn", askSight, ({ silentMs }) => silentMs !== null);
  assert.ok(covers(first.size), `the whole screen, without a window manager: ${first.size?.width}`);
  const crashed = await session.browser();
  assert.match(await session.argumentsOf(crashed), /--kiosk.*--incognito/);

  Deno.kill(crashed, "SIGKILL");
  const next = await until(
    "another browser",
    session.findBrowser,
    (pid) => pid !== null && pid !== crashed,
  );
  await drawnAnew();

  const renderers = await session.renderers(await session.browser());
  assert.ok(renderers.length > 0, "something draws");
  for (const pid of renderers) Deno.kill(pid, "SIGSTOP");
  await until("one for the frozen", session.findBrowser, (pid) => pid !== null && pid !== next);
  await drawnAnew();
  assert.match(await session.end(), /frozen/);
});

function covers(size: ScreenSight["size"]): boolean {
  return size !== null && size.width >= SIZE.width && size.height >= SIZE.height;
}

interface Display extends AsyncDisposable {
  readonly name: string;
}

/** A screen of its own, in memory. */
async function startDisplay(): Promise<Display> {
  for (let tries = 0; tries < 5; tries++) {
    const number = 100 + Math.floor(Math.random() * 800);
    const server = new Deno.Command("/usr/bin/Xvfb", {
      args: [`:${number}`, "-screen", "0", `${SIZE.width}x${SIZE.height}x24`, "-nolisten", "tcp"],
      stdout: "null",
      stderr: "null",
    }).spawn();
    let ended = false;
    void server.status.then(() => ended = true);
    const socket = `/tmp/.X11-unix/X${number}`;
    await until("an X server", () => ended || existsNow(socket), (there) => there);
    if (ended) continue;
    return {
      name: `:${number}`,
      async [Symbol.asyncDispose]() {
        server.kill("SIGTERM");
        await server.status;
      },
    };
  }
  throw new Error("Cannot start Xvfb: five display numbers were taken");
}

function existsNow(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

async function startKioskTerminal(dataFolder: string) {
  const platform = new FakePlatform();
  const { devices } = new DevDevices({ pause: pauseFor });
  return await startTerminal({
    dataFolder,
    listen: { hostname: "127.0.0.1", port: 0 },
    platform: {
      kind: "token",
      url: "http://platform",
      token: "t",
      terminalId: "T1",
      fetch: platform.fetch,
    },
    devices,
    assets: await buildKiosk(),
    clock: SYSTEM_CLOCK,
    log: SILENT_LOG,
  });
}

interface SessionOptions {
  readonly folder: string;
  readonly display: Display;
  readonly url: string;
}

async function startSession({ folder, display, url }: SessionOptions) {
  const config = `${folder}/kiosk.toml`;
  const work = `${folder}/kiosk`;
  await Deno.writeTextFile(
    config,
    `url = "${url}/"
browser = "/usr/bin/chromium"
browser_flags = ["--no-sandbox", "--disable-gpu"]
work_dir = "${work}"
`,
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...RUN_FLAGS, new URL("main.ts", ROOT).pathname, "kiosk", "--config", config],
    env: { DISPLAY: display.name },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const told = new Response(child.stdout).text();
  const complained = new Response(child.stderr).text();
  async function findBrowser(): Promise<number | null> {
    const all = await processes();
    return all.find(({ parent, line }) => parent === child.pid && line.includes("--kiosk"))?.pid ??
      null;
  }
  return {
    argumentsOf,
    findBrowser,
    async browser(): Promise<number> {
      const pid = await findBrowser();
      assert.ok(pid !== null, "a browser runs");
      return pid;
    },
    /** Those that draw pages of a browser. */
    async renderers(browser: number): Promise<number[]> {
      const all = await processes();
      const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
      const isOf = (pid: number): boolean => {
        const parent = parents.get(pid);
        return parent !== undefined && (parent === browser || isOf(parent));
      };
      const drawing = all.filter(({ pid, line }) => line.includes("--type=renderer") && isOf(pid));
      return drawing.map(({ pid }) => pid);
    },
    /** What it logged. */
    async end(): Promise<string> {
      child.kill("SIGTERM");
      await child.status;
      return await told;
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended.
      }
      await child.status;
      await Promise.all([told, complained]);
    },
  };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly line: string;
}

async function processes(): Promise<Process[]> {
  const found: Process[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    found.push({ pid, parent: await parentOf(pid), line: await argumentsOf(pid) });
  }
  return found;
}

async function parentOf(pid: number): Promise<number> {
  try {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function argumentsOf(pid: number): Promise<string> {
  try {
    return (await Deno.readTextFile(`/proc/${pid}/cmdline`)).replaceAll("\0", " ");
  } catch {
    return "";
  }
}
