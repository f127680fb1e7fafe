/**
 * Updaters killed at every step, and anywhere: whatever is left, the terminal starts exactly one
 * whole release, and the same commands given again bring the update to its end.
 */
import assert from "node:assert/strict";
import type { Step } from "../../cli/update/deps.ts";
import { commit } from "../../cli/update/commit.ts";
import { follow } from "../../cli/update/follow.ts";
import { stage } from "../../cli/update/stage.ts";
import { readStatus } from "../../cli/update/status.ts";
import { switchTo } from "../../cli/update/switch.ts";
import { readChanges } from "../../terminal/releases/changes.ts";
import { type UpdateWorld, updateWorld } from "../deploy/update_world.ts";
import { RUN_FLAGS } from "../cli.ts";
import { seededRandom } from "../random.ts";

const PROCESS = new URL("../deploy/update_process.ts", import.meta.url).pathname;
const OLD = "1.2.0";
const NEW = "1.3.0";

const LIMITS = { probationSeconds: 900, drainSeconds: 0 };
const INSTALL = "stage,switch,commit";
const KILLS: readonly (readonly [acts: string, dieAt: Step])[] = [
  [INSTALL, "unpacked"],
  [INSTALL, "synced"],
  [INSTALL, "staged"],
  [INSTALL, "over_written"],
  [INSTALL, "probation_written"],
  [INSTALL, "previous_linked"],
  [INSTALL, "current_linked"],
  [INSTALL, "restart_asked"],
  [INSTALL, "counter_raised"],
  [INSTALL, "probation_ended"],
  ["stage,switch,rollback", "rejected_noted"],
  ["stage,switch,rollback", "current_restored"],
  ["stage,switch,rollback", "probation_ended"],
];

for (const [acts, dieAt] of KILLS) {
  Deno.test(`update: killed at ${dieAt} of ${acts}, one good release runs and it can go on`, async () => {
    using world = await oldCommitted();
    const archive = await world.archive(NEW, 6);
    assert.equal(await run(world, { archive, acts, dieAt }), "SIGKILL");
    assertGood(await world.tree.select());
    assert.equal(await run(world, { archive, acts }), null);
    const expected = acts === INSTALL ? NEW : OLD;
    assert.equal(await world.tree.select(), expected);
    const { current, probation } = await readStatus(await world.deps());
    assert.deepEqual({ current, probation }, { current: expected, probation: null });
    if (acts === INSTALL) {
      assert.deepEqual(await toldOfNew(world), ["staged", "switched", "committed"]);
    }
  });

  Deno.test(`update: killed at ${dieAt} of ${acts} and left alone, the terminal settles`, async () => {
    using world = await oldCommitted();
    const archive = await world.archive(NEW, 6);
    await run(world, { archive, acts, dieAt });
    // Two starts that nobody commits, and what systemd starts after the power is back.
    for (let start = 0; start < 3; start++) assertGood(await world.tree.select());
    await follow(await world.deps(), LIMITS);
    const isCommitted = acts === INSTALL && dieAt === "probation_ended";
    assert.equal(await world.tree.select(), isCommitted ? NEW : OLD);
    assert.equal((await readStatus(await world.deps())).probation, null);
  });
}

Deno.test("update: an old folder moved away and the updater killed, staging begins anew", async () => {
  using world = await oldCommitted();
  await run(world, { archive: await world.archive(NEW, 6), acts: "stage" });
  const archive = await world.archive(NEW, 7);
  assert.equal(await run(world, { archive, acts: "stage", dieAt: "old_moved_away" }), "SIGKILL");
  assert.equal(await world.tree.select(), OLD);
  assert.equal(await run(world, { archive, acts: INSTALL }), null);
  assert.equal((await readStatus(await world.deps())).counter, 7);
});

Deno.test("update: killed anywhere, many times on one machine, one good release runs", async () => {
  using world = await oldCommitted();
  const archive = await world.archive(NEW, 6);
  const random = seededRandom(18);
  let kills = 0;
  for (let round = 0; round < 12; round++) {
    const acts = round % 2 === 0 ? INSTALL : "rollback";
    const signal = await run(world, { archive, acts, dieAfterMs: 300 + random() * 900 });
    if (signal === "SIGKILL") kills += 1;
    assertGood(await world.tree.select());
  }
  assert.ok(kills > 0, "not once in the middle");
  await run(world, { archive, acts: INSTALL });
  assert.equal(await world.tree.select(), NEW);
});

/** What the platform will hear of it: every change, and each once (R-TOM-06). */
async function toldOfNew({ tree }: UpdateWorld): Promise<string[]> {
  const changes = await readChanges(tree.releases);
  return changes.filter(({ version }) => version === NEW).map(({ did }) => did);
}

function assertGood(started: string | null): void {
  assert.ok(started === OLD || started === NEW, `started ${started}`);
}

async function oldCommitted(): Promise<UpdateWorld> {
  const world = await updateWorld();
  const deps = await world.deps();
  await stage(deps, await world.archive(OLD, 5));
  await switchTo(deps, { version: OLD, permit: null, again: false, ...LIMITS });
  await commit(deps, OLD);
  return world;
}

/** The signal it died of; null when it came to its end. */
async function run(
  { tree, keys }: UpdateWorld,
  { archive, acts, dieAt = "", dieAfterMs }: {
    readonly archive: string;
    readonly acts: string;
    readonly dieAt?: Step | "";
    readonly dieAfterMs?: number;
  },
): Promise<string | null> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...RUN_FLAGS, PROCESS, tree.releases, tree.packaged, keys].concat(
      [archive, NEW, acts, dieAt],
    ),
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const timer = dieAfterMs === undefined
    ? undefined
    : setTimeout(() => child.kill("SIGKILL"), dieAfterMs);
  const { success, signal, stderr } = await child.output();
  clearTimeout(timer);
  if (!success && signal === null) throw new Error(new TextDecoder().decode(stderr));
  return signal;
}
