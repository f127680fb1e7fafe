import assert from "node:assert/strict";
import { type UpdateWorld, updateWorld } from "../../tests/deploy/update_world.ts";
import { CHANGES_MAX, readChanges } from "../../terminal/releases/changes.ts";
import { askUpdater } from "../../terminal/releases/requests.ts";
import { noteChange } from "./changes.ts";
import { commit } from "./commit.ts";
import type { Step } from "./deps.ts";
import { follow } from "./follow.ts";
import { rollback } from "./rollback.ts";
import { stage } from "./stage.ts";
import { switchTo } from "./switch.ts";
import { take } from "./take.ts";

const LIMITS = { probationSeconds: 900, drainSeconds: 0 };

async function changesIn({ tree }: UpdateWorld): Promise<[string, string, string | null][]> {
  return (await readChanges(tree.releases)).map(({ did, version, now }) => [did, version, now]);
}

function switching(version: string) {
  return { version, permit: null, again: true, ...LIMITS };
}

async function committed(world: UpdateWorld, version: string, counter: number): Promise<void> {
  const deps = await world.deps();
  await stage(deps, await world.archive(version, counter));
  await switchTo(deps, switching(version));
  await commit(deps, version);
}

Deno.test("noteChange(): what was done stands there once, in its order, with what runs then (R-TOM-06)", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  await committed(world, "1.2.0", 5);
  const archive = await world.archive("1.3.0", 6);
  for (let time = 0; time < 2; time++) {
    await stage(deps, archive);
    await switchTo(deps, switching("1.3.0"));
  }
  for (let time = 0; time < 2; time++) {
    await rollback(deps, { version: "1.3.0", reason: "手工" });
  }
  await rollback(deps, { version: "9.9.9", reason: "从来没有" });
  await commit(deps, "1.2.0");
  assert.deepEqual(await changesIn(world), [
    ["staged", "1.2.0", null],
    ["switched", "1.2.0", "1.2.0"],
    ["committed", "1.2.0", "1.2.0"],
    ["staged", "1.3.0", "1.2.0"],
    ["switched", "1.3.0", "1.3.0"],
    ["left", "1.3.0", "1.2.0"],
  ]);
  const changes = await readChanges(deps.releases);
  assert.equal(changes.at(-1)?.reason, "手工");
  assert.deepEqual(changes.map(({ id }) => id), changes.map(({ id }) => id).toSorted());
});

Deno.test("noteMissed(): what a killed updater did and did not write down is made up for, once", async () => {
  const cases: readonly (readonly [Step, readonly string[]])[] = [
    ["current_linked", ["staged", "switched", "left"]],
    ["current_restored", ["staged", "switched", "left"]],
    ["previous_linked", ["staged"]],
  ];
  for (const [dieAt, expected] of cases) {
    using world = await updateWorld();
    await committed(world, "1.2.0", 5);
    const dying = await world.deps({
      at(step) {
        if (step === dieAt) throw new Error("The power is gone");
      },
    });
    await stage(dying, await world.archive("1.3.0", 6));
    await switchTo(dying, switching("1.3.0")).catch(() => {});
    if (dieAt === "current_restored") {
      await assert.rejects(rollback(dying, { version: "1.3.0", reason: "手工" }), /power/);
    }
    const deps = await world.deps();
    if (dieAt === "current_linked") {
      await switchTo(deps, switching("1.3.0"));
      await rollback(deps, { version: "1.3.0", reason: "手工" });
    } else await follow(deps, LIMITS);
    const told = (await changesIn(world)).filter(([, version]) => version === "1.3.0");
    assert.deepEqual(told.map(([did]) => did), expected, dieAt);
  }
});

Deno.test("noteMissed(): a commit cut short after it counted is told by whoever comes next", async () => {
  using world = await updateWorld();
  const dying = await world.deps({
    at(step) {
      if (step === "probation_ended") throw new Error("The power is gone");
    },
  });
  await stage(dying, await world.archive("1.2.0", 5));
  await switchTo(dying, switching("1.2.0"));
  await assert.rejects(commit(dying, "1.2.0"), /power/);
  const deps = await world.deps();
  await follow(deps, LIMITS);
  assert.equal(await commit(deps, "1.2.0"), "already");
  assert.deepEqual((await changesIn(world)).map(([did]) => did), [
    "staged",
    "switched",
    "committed",
  ]);
});

Deno.test("yikatong-update: what is refused is told with its reason, a late commit is not", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  const archive = await world.archive("1.2.0", 5, { signers: [] });
  await askUpdater(world.tree.requests, {
    act: "install",
    id: crypto.randomUUID(),
    version: "1.2.0",
    archive: archive.slice(archive.lastIndexOf("/") + 1),
  });
  await take(deps);
  await askUpdater(world.tree.requests, {
    act: "commit",
    id: crypto.randomUUID(),
    version: "1.2.0",
  });
  await follow(deps, LIMITS);
  const changes = await readChanges(deps.releases);
  assert.deepEqual(changes.map(({ did, version }) => [did, version]), [["declined", "1.2.0"]]);
  assert.match(changes[0]?.reason ?? "", /不是可以使用的发布/);
});

Deno.test("noteChange() keeps the last ones, and a damaged or full disk hinders no update", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  for (let at = 0; at <= CHANGES_MAX; at++) {
    await noteChange(deps, { did: "declined", version: `1.0.${at}`, reason: "长".repeat(500) });
  }
  const changes = await readChanges(deps.releases);
  assert.equal(changes.length, CHANGES_MAX);
  assert.equal(changes[0]?.version, "1.0.1");
  await world.tree.write("changes.json", "[{");
  await committed(world, "1.2.0", 5);
  assert.equal((await changesIn(world)).length, 3);
  await Deno.remove(`${deps.releases}/changes.json`);
  await Deno.mkdir(`${deps.releases}/changes.json`);
  await committed(world, "1.3.0", 6);
  assert.match(world.said.join("\n"), /不能记下版本变化/);
});
