import assert from "node:assert/strict";
import { updateWorld } from "../../tests/deploy/update_world.ts";
import { linkedVersion } from "../../terminal/releases/layout.ts";
import { StartError } from "../command.ts";
import { commit } from "./commit.ts";
import { requireSpace } from "./space.ts";
import { rollback } from "./rollback.ts";
import { stage } from "./stage.ts";
import { readStatus } from "./status.ts";
import { switchTo } from "./switch.ts";

const SWITCH = { permit: null, again: false, probationSeconds: 900, drainSeconds: 0 };

Deno.test("update: a release is staged, tried, committed, and then the next one is", async () => {
  using world = await updateWorld();
  const { tree } = world;
  const deps = await world.deps();
  for (const [version, counter] of [["1.2.0", 5], ["1.3.0", 6]] as const) {
    await stage(deps, await world.archive(version, counter));
    assert.equal(await switchTo(deps, { ...SWITCH, version }), "switched");
    assert.equal(await tree.select(), version);
    assert.equal((await readStatus(deps)).probation?.starts, 1);
    assert.equal(await commit(deps, version), "committed");
    assert.equal(await tree.select(), version);
  }
  const status = await readStatus(deps);
  assert.deepEqual([status.current, status.previous, status.counter], ["1.3.0", "1.2.0", 6]);
  assert.equal(status.probation, null);
});

Deno.test("update: a machine without a terminal has no releases, and says so", async () => {
  using world = await updateWorld();
  const deps = { ...await world.deps(), releases: `${world.tree.releases}/none` };
  await assert.rejects(readStatus(deps), /没有版本目录 ".*none"：这台机器没有装终端程序/);
});

Deno.test("update: every step done twice is done once", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  const archive = await world.archive("1.2.0", 5);
  await stage(deps, archive);
  await stage(deps, archive);
  assert.equal(await switchTo(deps, { ...SWITCH, version: "1.2.0" }), "switched");
  await world.tree.select();
  assert.equal(await switchTo(deps, { ...SWITCH, version: "1.2.0" }), "already");
  assert.equal(await commit(deps, "1.2.0"), "committed");
  assert.equal(await commit(deps, "1.2.0"), "already");
  await stage(deps, await world.archive("1.3.0", 6));
  await switchTo(deps, { ...SWITCH, version: "1.3.0" });
  const left = { version: "1.3.0", reason: "test" };
  assert.deepEqual(await rollback(deps, left), { kind: "left", now: "1.2.0" });
  assert.deepEqual(await rollback(deps, left), { kind: "already", now: "1.2.0" });
  assert.equal(await world.tree.select(), "1.2.0");
});

Deno.test("update: nothing is staged that its signers did not sign as it is", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  const { signers: [build] } = world;
  assert.ok(build);
  const bad = [
    { signers: [] },
    { signers: [build] },
    { spoil: (folder: string) => Deno.writeTextFile(`${folder}/lib/app.js`, "evil") },
    { spoil: (folder: string) => Deno.writeTextFile(`${folder}/lib/more.js`, "evil") },
    { spoil: (folder: string) => Deno.remove(`${folder}/lib/launch.js`) },
    { spoil: (folder: string) => Deno.symlink("/etc/passwd", `${folder}/lib/passwd`) },
    { manifest: { expires: "2020-01-01T00:00:00Z" } },
    { manifest: { target: "linux-riscv" } },
    { manifest: { version: "current" } },
    { manifest: { minGlibc: "9.99" } },
  ];
  for (const changes of bad) {
    const archive = await world.archive("1.2.0", 5, changes);
    await assert.rejects(stage(deps, archive), StartError);
    assert.deepEqual((await readStatus(deps)).staged, []);
  }
  await Deno.remove(`${world.keys}/build.pem`);
  await Deno.remove(`${world.keys}/owner.pem`);
  await assert.rejects(
    stage(await world.deps(), await world.archive("1.2.0", 5)),
    /没有安装发布公钥/,
  );
});

Deno.test("update: an archive that is cut off, or none, leaves nothing behind", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  const archive = await world.archive("1.2.0", 5);
  await Deno.truncate(archive, 200);
  await assert.rejects(stage(deps, archive), /解不开/);
  await Deno.writeTextFile(archive, "not xz");
  await assert.rejects(stage(deps, archive), /解不开/);
  await assert.rejects(stage(deps, `${archive}.gone`), /不存在/);
  assert.deepEqual(await list(world.tree.releases), [".lock"]);
});

Deno.test("update: what runs is not overwritten by another release of its version", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  await stage(deps, await world.archive("1.2.0", 5));
  await stage(deps, await world.archive("1.2.0", 6));
  await switchTo(deps, { ...SWITCH, version: "1.2.0" });
  await assert.rejects(stage(deps, await world.archive("1.2.0", 7)), /正在使用/);
  assert.equal(await world.tree.select(), "1.2.0");
});

Deno.test("update: a release spoilt after it was staged is not switched to", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  await stage(deps, await world.archive("1.2.0", 5));
  await Deno.writeTextFile(`${world.tree.releases}/1.2.0/lib/app.js`, "evil");
  await assert.rejects(switchTo(deps, { ...SWITCH, version: "1.2.0" }), /内容不符/);
  assert.equal(await world.tree.select(), "packaged");
});

Deno.test("update: an older release needs a permit, than the packaged one or a committed one", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  await stage(deps, await world.archive("0.9.0", 0 + 1));
  await stage(deps, await world.archive("1.2.0", 5));
  await switchTo(deps, { ...SWITCH, version: "1.2.0" });
  await commit(deps, "1.2.0");
  await stage(deps, await world.archive("1.1.0", 4));
  await assert.rejects(switchTo(deps, { ...SWITCH, version: "1.1.0" }), /降级许可/);
  const other = { version: "1.1.0", counter: 3 };
  await assert.rejects(switchTo(deps, { ...SWITCH, version: "1.1.0", permit: other }), /降级许可/);
  const permit = { version: "1.1.0", counter: 4 };
  assert.equal(await switchTo(deps, { ...SWITCH, version: "1.1.0", permit }), "switched");
  await commit(deps, "1.1.0");
  assert.equal(await world.tree.select(), "1.1.0");
  assert.equal((await readStatus(deps)).counter, 5, "the counter never falls");
});

Deno.test("update: of a release that failed here there is no second try without a word", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  await stage(deps, await world.archive("1.2.0", 5));
  await switchTo(deps, { ...SWITCH, version: "1.2.0" });
  await rollback(deps, { version: "1.2.0", reason: "test" });
  assert.equal(await world.tree.select(), "packaged");
  await assert.rejects(switchTo(deps, { ...SWITCH, version: "1.2.0" }), /试用失败过/);
  await switchTo(deps, { ...SWITCH, version: "1.2.0", again: true });
  await commit(deps, "1.2.0");
  assert.deepEqual((await readStatus(deps)).rejected, []);
});

Deno.test("update: while one is on probation no other is switched to, and none but it committed", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  await stage(deps, await world.archive("1.2.0", 5));
  await stage(deps, await world.archive("1.3.0", 6));
  await switchTo(deps, { ...SWITCH, version: "1.2.0" });
  await assert.rejects(switchTo(deps, { ...SWITCH, version: "1.3.0" }), /还在试用/);
  await assert.rejects(commit(deps, "1.3.0"), /不能确认/);
  assert.equal(await linkedVersion(world.tree.releases, "current"), "1.2.0");
});

Deno.test("update: a switch nobody heard of is told again, and one that was heard of is not", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  await stage(deps, await world.archive("1.2.0", 5));
  await switchTo(deps, { ...SWITCH, version: "1.2.0" });
  const restart = `${world.tree.releases}/restart`;
  await Deno.remove(restart);
  assert.equal(await switchTo(deps, { ...SWITCH, version: "1.2.0" }), "switched");
  await Deno.remove(restart);
  assert.equal(await world.tree.select(), "1.2.0");
  assert.equal(await switchTo(deps, { ...SWITCH, version: "1.2.0" }), "already");
  await assert.rejects(Deno.stat(restart));
});

Deno.test("update: back on a release it is not tried anew", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  for (const [version, counter] of [["1.2.0", 5], ["1.3.0", 6]] as const) {
    await stage(deps, await world.archive(version, counter));
    await switchTo(deps, { ...SWITCH, version });
    await commit(deps, version);
  }
  await rollback(deps, { version: "1.3.0", reason: "test" });
  assert.equal(await switchTo(deps, { ...SWITCH, version: "1.2.0" }), "already");
  assert.equal((await readStatus(deps)).probation, null);
});

Deno.test("update: on a full disk nothing is unpacked", async () => {
  const free = () => Promise.resolve(600 * 1024 * 1024);
  await requireSpace("/var", 80 * 1024 * 1024, free);
  await assert.rejects(requireSpace("/var", 90 * 1024 * 1024, free), /磁盘空间不够/);
});

Deno.test("update: after a commit only the current release, the one before it and newer ones stay", async () => {
  using world = await updateWorld();
  const deps = await world.deps();
  await stage(deps, await world.archive("1.5.0", 9));
  for (const [at, version] of ["1.2.0", "1.3.0", "1.4.0"].entries()) {
    await stage(deps, await world.archive(version, 5 + at));
    await switchTo(deps, { ...SWITCH, version });
    await commit(deps, version);
  }
  const folders = (await list(world.tree.releases)).filter((name) => /^\d/.test(name));
  assert.deepEqual(folders, ["1.3.0", "1.4.0", "1.5.0"]);
});

async function list(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}
