import assert from "node:assert/strict";
import type { Clock } from "../../server/platform/clock.ts";
import { type UpdateWorld, updateWorld } from "../../tests/deploy/update_world.ts";
import { readHold, REQUEST_NAMES } from "../../terminal/releases/layout.ts";
import { askUpdater, type UpdateRequest } from "../../terminal/releases/requests.ts";
import { drained } from "./drain.ts";
import { follow } from "./follow.ts";
import { readStatus } from "./status.ts";
import { take } from "./take.ts";

const LIMITS = { probationSeconds: 900, drainSeconds: 60 };

Deno.test("yikatong-update: what the terminal asks for is staged, switched to and committed", async () => {
  using world = await updateWorld();
  await world.archive("1.2.0", 5);
  await ask(world, install("1.2.0"));
  const deps = await world.deps();
  await take(deps);
  assert.deepEqual((await readStatus(deps)).staged, ["1.2.0"]);
  const probing = await world.deps({
    // While it is watched the new release starts and proves itself.
    async pause() {
      assert.equal(await world.tree.select(), "1.2.0");
      await ask(world, { act: "commit", id: crypto.randomUUID(), version: "1.2.0" });
    },
  });
  await follow(probing, LIMITS);
  const { current, probation } = await readStatus(deps);
  assert.deepEqual({ current, probation }, { current: "1.2.0", probation: null });
  assert.equal((await resultOf(world)).outcome, "committed");
  assert.ok(await Deno.stat(`${world.tree.releases}/restart`));
});

Deno.test("yikatong-update: what ended for good is left long before its time is over", async () => {
  using world = await updateWorld();
  const clock = steppedClock();
  let looks = 0;
  const deps = await world.deps({ clock, pause: () => clock.pass(100).then(() => void looks++) });
  await world.archive("1.2.0", 5);
  await ask(world, install("1.2.0"));
  await take(deps);
  await follow(deps, LIMITS);
  assert.match((await resultOf(world)).text, /没有运行起来：已离开版本 1\.2\.0/);
  assert.equal(looks, 3);
});

Deno.test("yikatong-update: what is not committed in time is left, and the terminal restarted", async () => {
  using world = await updateWorld();
  using stack = new DisposableStack();
  const clock = steppedClock();
  let isRunning = false;
  const deps = await world.deps({
    clock,
    async pause() {
      // The new release runs, and says nothing.
      if (!isRunning) stack.use(await runningTerminal(world));
      isRunning = true;
      await clock.pass(170);
    },
  });
  await world.archive("1.2.0", 5);
  await ask(world, install("1.2.0"));
  await take(deps);
  await Deno.writeTextFile(`${world.tree.releases}/restart`, "");
  await follow(deps, LIMITS);
  assert.equal(await world.tree.select(), "packaged");
  assert.match((await resultOf(world)).text, /在限期内没有确认/);
  assert.notEqual(await Deno.readTextFile(`${world.tree.releases}/restart`), "");
  assert.equal((await readStatus(deps)).rejected[0]?.version, "1.2.0");
});

Deno.test("yikatong-update: a release left by select-release after two starts is left for good", async () => {
  using world = await updateWorld();
  const deps = await world.deps({ pause: () => world.tree.select().then(() => {}) });
  await world.archive("1.2.0", 5);
  await ask(world, install("1.2.0"));
  await take(deps);
  await follow(deps, LIMITS);
  assert.match((await resultOf(world)).text, /启动两次都没有确认/);
  assert.equal((await readStatus(deps)).current, null);
});

Deno.test("yikatong-update: a bad archive, a strange request and one for elsewhere are refused once", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  await world.archive("1.2.0", 5, { signers: [] });
  await ask(world, install("1.2.0"));
  await take(deps);
  assert.equal((await resultOf(world)).outcome, "refused");
  await ask(world, { ...install("1.2.0"), archive: "../../etc/passwd.tar.xz" });
  await follow(deps, LIMITS);
  assert.match((await resultOf(world)).text, /读不懂/);
  await ask(world, { act: "commit", id: crypto.randomUUID(), version: "9.9.9" });
  await follow(deps, LIMITS);
  assert.match((await resultOf(world)).text, /不能确认/);
  await Deno.writeTextFile(`${world.tree.requests}/request.json`, "{".repeat(10_000));
  await take(deps);
  assert.match((await resultOf(world)).text, /读不懂/);
});

Deno.test("yikatong-update: a probation nobody can read is ended at the release before", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  await world.tree.put("1.2.0", 5);
  await world.tree.link("current", "1.2.0");
  await world.tree.write("probation", "");
  await follow(deps, LIMITS);
  assert.equal((await readStatus(deps)).current, null);
  assert.equal(await world.tree.select(), "packaged");
});

Deno.test("drained() waits till the running terminal says that nobody is there", async () => {
  using world = await updateWorld();
  using _running = await runningTerminal(world);
  const clock = steppedClock();
  let looks = 0;
  const deps = await world.deps({
    clock,
    async pause() {
      await clock.pass(1);
      if (++looks === 3) await sayDrained(world);
    },
  });
  const hold = await drained(deps, 60);
  assert.equal(looks, 3);
  await hold[Symbol.asyncDispose]();
  assert.equal(await readHold(world.tree.releases), null, "the terminal may take patients again");
});

Deno.test("drained() gives up where somebody is always there, and one hold is not another", async () => {
  using world = await updateWorld();
  using _running = await runningTerminal(world);
  const clock = steppedClock();
  await Deno.writeTextFile(
    `${world.tree.requests}/${REQUEST_NAMES.drained}`,
    `${crypto.randomUUID()}\n`,
  );
  const deps = await world.deps({ clock, pause: () => clock.pass(10) });
  await assert.rejects(drained(deps, 60), /一直有人使用/);
  assert.equal(await readHold(world.tree.releases), null);
});

function install(version: string): Extract<UpdateRequest, { act: "install" }> {
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const archive = `yikatong-${version}-linux-${arch}.tar.xz`;
  return { act: "install", id: crypto.randomUUID(), version, archive };
}

async function ask({ tree }: UpdateWorld, request: UpdateRequest): Promise<void> {
  await askUpdater(tree.requests, request);
}

async function resultOf(
  { tree }: UpdateWorld,
): Promise<{ readonly outcome: string; readonly text: string }> {
  return JSON.parse(await Deno.readTextFile(`${tree.releases}/result.json`));
}

/** Whoever holds this lock is the terminal. */
async function runningTerminal({ tree }: UpdateWorld): Promise<Disposable> {
  const lock = await Deno.open(`${tree.requests}/${REQUEST_NAMES.running}`, {
    create: true,
    write: true,
  });
  await lock.lock(true);
  return lock;
}

async function sayDrained({ tree }: UpdateWorld): Promise<void> {
  const hold = await readHold(tree.releases);
  await Deno.writeTextFile(`${tree.requests}/${REQUEST_NAMES.drained}`, `${hold?.id}\n`);
}

function steppedClock(): Clock & { pass(seconds: number): Promise<void> } {
  let at = Date.now();
  return {
    now: () => new Date(at),
    pass: (seconds) => Promise.resolve(void (at += seconds * 1_000)),
  };
}
