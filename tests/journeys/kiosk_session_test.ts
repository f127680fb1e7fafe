import assert from "node:assert/strict";
import { DevDevices } from "../../sandbox/devices/dev_devices.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { FakePlatform } from "../../terminal/fake_platform.ts";
import type { ScreenSight } from "../../terminal/screen_watch.ts";
import { type RunningTerminal, startTerminal } from "../../terminal/start.ts";
import { buildKiosk } from "../../tools/build_kiosk.ts";
import { TemporaryFolder } from "../temporary_folder.ts";
import { startDisplay } from "./display.ts";
import { startSession } from "./kiosk_session.ts";
import { until } from "./until.ts";

/** Of the 19-inch cabinet (R-KIO-18). */
const SIZE = { width: 1_280, height: 1_024 };

/** A frozen picture is believed after half a minute, and its browser begins anew on a slow machine. */
const SLOWLY = { waitMs: 180_000 };

Deno.test("yikatong kiosk shows the screens, also after a crash and a frozen picture", async () => {
  using folder = new TemporaryFolder();
  await using display = await startDisplay(SIZE);
  await using terminal = await startKioskTerminal(folder.path);
  await using session = await startSession({ folder: folder.path, display, url: terminal.url });
  const askSight = async (): Promise<ScreenSight> =>
    await (await fetch(`${terminal.url}/screen`)).json();

  /** Another browser than the one before, and the page gives signs in it. */
  async function drawnAnew(before: number) {
    const next = await until(
      "another browser",
      session.findBrowser,
      (browser) => browser !== null && browser.pid !== before,
      SLOWLY,
    );
    assert.ok(next);
    const since = performance.now();
    await until(
      "the screens drawn anew",
      askSight,
      ({ silentMs }) => silentMs !== null && silentMs < performance.now() - since,
      SLOWLY,
    );
    return next;
  }

  await session.told(async () => {
    const drawn = ({ size }: ScreenSight) => size !== null;
    const { size } = await until("the screens drawn", askSight, drawn, SLOWLY);
    assert.ok(covers(size), `the whole screen, without a window manager: ${JSON.stringify(size)}`);
    const first = await session.findBrowser();
    assert.ok(first, "a browser runs");
    assert.match(first.line, /--kiosk.*--incognito/);

    Deno.kill(first.pid, "SIGKILL");
    const second = await drawnAnew(first.pid);

    await session.freeze(second);
    await drawnAnew(second.pid);
    assert.match(session.said(), /frozen/);
  });
});

function covers(size: ScreenSight["size"]): boolean {
  return size !== null && size.width >= SIZE.width && size.height >= SIZE.height;
}

async function startKioskTerminal(dataFolder: string): Promise<RunningTerminal> {
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
