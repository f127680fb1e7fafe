/** A running terminal and the updater: who waits for whom, and how a new release comes to stay. */
import assert from "node:assert/strict";
import { commit } from "../cli/update/commit.ts";
import { readRequest } from "../cli/update/requests.ts";
import { rollback } from "../cli/update/rollback.ts";
import { stage } from "../cli/update/stage.ts";
import { switchTo } from "../cli/update/switch.ts";
import { DevDevices } from "../sandbox/devices/dev_devices.ts";
import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import { type Pause, pauseFor } from "../server/platform/pause.ts";
import { FakePlatform } from "../terminal/fake_platform.ts";
import { tellRunning } from "../terminal/releases/running.ts";
import { startTerminal } from "../terminal/start.ts";
import { type UpdateWorld, updateWorld } from "./deploy/update_world.ts";

const SWITCH = { version: "1.2.0", permit: null, again: false, probationSeconds: 900 };
const quick: Pause = (ms, signal) => pauseFor(Math.min(ms, 20), signal);

Deno.test("an update waits for the patient, lets nobody new in, and proves itself", async () => {
  using world = await updateWorld();
  const deps = await world.deps({ pause: quick });
  await stage(deps, await world.archive("1.2.0", 5));
  {
    await using kiosk = await startKiosk(world, "1.1.0");
    await kiosk.identify();
    await assert.rejects(switchTo(deps, { ...SWITCH, drainSeconds: 1 }), /一直有人使用/);
    assert.equal(await world.tree.select(), "packaged");
    const switching = switchTo(deps, { ...SWITCH, drainSeconds: 30 });
    await kiosk.ask("/sessions/end");
    assert.equal(await switching, "switched");
    const late = await kiosk.identify();
    assert.deepEqual([late.status, late.body.code], [503, "terminal.suspended"]);
  }
  assert.equal(await world.tree.select(), "1.2.0", "and is started anew as that release");
  await using _kiosk = await startKiosk(world, "1.2.0");
  const request = await requestOf(world);
  assert.deepEqual([request.act, request.version], ["commit", "1.2.0"]);
  assert.equal(await commit(deps, request.version), "committed");
});

Deno.test("a terminal that is not running is switched at once", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  await stage(deps, await world.archive("1.2.0", 5));
  assert.equal(await switchTo(deps, { ...SWITCH, drainSeconds: 0 }), "switched");
});

Deno.test("what became of a release is told once and in order, though lines break and terminals restart (R-TOM-06)", async () => {
  using world = await updateWorld();
  const deps = await world.deps({ pause: quick });
  const platform = new FakePlatform();
  await stage(deps, await world.archive("1.2.0", 5));
  await switchTo(deps, { ...SWITCH, drainSeconds: 0 });
  await world.tree.select();
  platform.loseAnswers(4);
  {
    await using _kiosk = await startKiosk(world, "1.2.0", platform);
    await commit(deps, (await requestOf(world)).version);
  }
  await stage(deps, await world.archive("1.3.0", 6));
  await switchTo(deps, { ...SWITCH, version: "1.3.0", drainSeconds: 0 });
  await rollback(deps, { version: "1.3.0", reason: "没有运行起来" });
  platform.loseRequests(2);
  await using _kiosk = await startKiosk(world, "1.2.0", platform);
  const isTold = () => platform.events.some(({ kind }) => kind === "release.left");
  for (let look = 0; look < 500 && !isTold(); look++) await quick(20, NEVER);
  const heard = new Map(platform.events.map((event) => [event.id, event]));
  const releases = [...heard.values()].filter(({ kind }) => kind.startsWith("release."));
  assert.deepEqual(
    releases.toSorted((left, right) => left.number - right.number)
      .filter(({ kind }) => kind !== "release.trial_started" && kind !== "release.proven")
      .map(({ kind, fields }) => [kind, fields.version, fields.now]),
    [
      ["release.staged", "1.2.0", undefined],
      ["release.switched", "1.2.0", "1.2.0"],
      ["release.committed", "1.2.0", "1.2.0"],
      ["release.staged", "1.3.0", "1.2.0"],
      ["release.switched", "1.3.0", "1.3.0"],
      ["release.left", "1.3.0", "1.2.0"],
    ],
  );
  const trials = releases.filter(({ kind }) => kind === "release.trial_started");
  assert.deepEqual(trials.map(({ fields }) => fields), [{ version: "1.2.0", start: 1 }]);
  const numbers = new Set([...heard.values()].map(({ number }) => number));
  assert.equal(numbers.size, heard.size, "each event has one number, however often it came");
});

const NEVER = new AbortController().signal;

async function requestOf({ tree }: UpdateWorld) {
  for (let look = 0; look < 500; look++) {
    const found = await readRequest(tree);
    if (found.kind === "request") return found.request;
    await quick(20, new AbortController().signal);
  }
  throw new Error("Nothing was asked for");
}

async function startKiosk(
  { tree }: UpdateWorld,
  version: string,
  platform = new FakePlatform(),
) {
  await using stack = new AsyncDisposableStack();
  const places = { releases: tree.releases, requests: tree.requests };
  stack.use(await tellRunning(places));
  const terminal = stack.use(
    await startTerminal({
      dataFolder: tree.path,
      releases: places,
      version,
      listen: { hostname: "127.0.0.1", port: 0 },
      platform: {
        kind: "token",
        url: "http://platform",
        token: "t",
        terminalId: "T1",
        fetch: platform.fetch,
      },
      devices: new DevDevices({ pause: quick, readTakesMs: 1, printTakesMs: 1 }).devices,
      assets: new Map([["/index.html", {
        type: "text/html",
        bytes: new TextEncoder().encode("<!doctype html><html><head></head></html>"),
      }]]),
      clock: SYSTEM_CLOCK,
      log: SILENT_LOG,
      pause: quick,
    }),
  );
  const ask = async (path: string, body: object = {}) => {
    const response = await fetch(`${terminal.url}/local/v1${path}`, {
      method: "POST",
      headers: { "x-kiosk-token": terminal.token, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
  };
  const running = stack.move();
  return {
    ask,
    identify: () => ask("/identify", { credential: { kind: "scanned_code", code: "123456" } }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
