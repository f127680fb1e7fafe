import assert from "node:assert/strict";
import { type ReleaseTree, releaseTree } from "./release_tree.ts";

const IN_AN_HOUR = Math.floor(Date.now() / 1_000) + 3_600;
const NOBODY = 65_534;

Deno.test("select-release: the packaged release runs where none was taken over", async () => {
  using tree = await releaseTree();
  assert.equal(await tree.select(), "packaged");
  await Deno.remove(tree.releases);
  assert.equal(await tree.select(), "packaged");
});

Deno.test("select-release: the current release runs, also under dash and with other arguments", async () => {
  using tree = await releaseTree();
  await tree.put("1.2.0", 5);
  await tree.link("current", "1.2.0");
  assert.equal(await tree.select(), "1.2.0");
  assert.equal(await tree.select({ shell: "/bin/dash" }), "1.2.0");
  assert.equal(await exists(tree.starts), false, "a committed release is not counted");
});

Deno.test("select-release: on probation a release starts twice, then the one before it", async () => {
  using tree = await releaseTree();
  await tree.put("1.2.0", 5);
  await tree.put("1.3.0", 6);
  await tree.link("current", "1.3.0");
  await tree.link("previous", "1.2.0");
  await tree.write("probation", `1.3.0 ${IN_AN_HOUR}\n`);
  const started = [];
  for (let start = 0; start < 4; start++) started.push(await tree.select());
  assert.deepEqual(started, ["1.3.0", "1.3.0", "1.2.0", "1.2.0"]);
  assert.equal(await Deno.readTextFile(tree.starts), `1.3.0 ${IN_AN_HOUR} 3\n`);
});

Deno.test("select-release: another try has its own two starts", async () => {
  using tree = await probationTree();
  await Deno.writeTextFile(tree.starts, `1.3.0 ${IN_AN_HOUR - 60} 3\n`);
  assert.equal(await tree.select(), "1.3.0");
});

Deno.test("select-release: what is not committed in time is not started again", async () => {
  using tree = await probationTree();
  await tree.write("probation", `1.3.0 ${Math.floor(Date.now() / 1_000) - 1}\n`);
  assert.equal(await tree.select(), "packaged");
});

Deno.test("select-release: a probation that names another release is of a switch cut short", async () => {
  using tree = await probationTree();
  await tree.write("probation", `1.4.0 ${IN_AN_HOUR}\n`);
  assert.equal(await tree.select(), "1.3.0");
  assert.equal(await exists(tree.starts), false);
});

Deno.test("select-release: rubbish in probation ends the trial, rubbish in starts counts as none", async () => {
  for (const probation of ["", "1.3.0", "1.3.0 soon\n", "1.3.0 99999999999999999999\n", "\0\0"]) {
    using tree = await probationTree();
    await tree.write("probation", probation);
    assert.equal(await tree.select(), "packaged", JSON.stringify(probation));
  }
  for (const starts of ["", "1.3.0", `1.3.0 ${IN_AN_HOUR} -7\n`, `1.3.0 ${IN_AN_HOUR} 08x\n`]) {
    using tree = await probationTree();
    await Deno.writeTextFile(tree.starts, starts);
    const started = [await tree.select(), await tree.select(), await tree.select()];
    assert.deepEqual(started, ["1.3.0", "1.3.0", "packaged"], JSON.stringify(starts));
  }
});

Deno.test("select-release: links that dangle, loop or lead elsewhere are not followed", async () => {
  for (const target of ["1.9.9", "current", "../packaged", "/etc", "1.2.0/../1.2.0", ".", ""]) {
    using tree = await releaseTree();
    await tree.put("1.2.0", 5);
    if (target !== "") await tree.link("current", target);
    assert.equal(await tree.select(), "packaged", target);
    if (target === "") continue;
    await tree.link("previous", "1.2.0");
    assert.equal(await tree.select(), "1.2.0", `behind ${target} the one before it`);
  }
});

Deno.test("select-release: half a release is none", async () => {
  const parts = ["bin/yikatong", "lib/runtime", "lib/app.js", "lib/launch.js", "manifest.json"];
  for (const part of parts) {
    using tree = await releaseTree();
    await tree.put("1.2.0", 5);
    await tree.put("1.3.0", 6);
    await tree.link("current", "1.3.0");
    await tree.link("previous", "1.2.0");
    await Deno.truncate(`${tree.releases}/1.3.0/${part}`);
    assert.equal(await tree.select(), "1.2.0", `${part} cut off`);
    await Deno.remove(`${tree.releases}/1.3.0/${part}`);
    assert.equal(await tree.select(), "1.2.0", `without ${part}`);
  }
});

Deno.test("select-release: a release that is a link or a file is none", async () => {
  using tree = await releaseTree();
  await Deno.symlink(tree.packaged, `${tree.releases}/1.3.0`);
  await tree.link("current", "1.3.0");
  await tree.write("1.4.0", "a file\n");
  await tree.link("previous", "1.4.0");
  assert.equal(await tree.select(), "packaged");
});

Deno.test("select-release: a start that cannot be counted is not made", async () => {
  using tree = await probationTree();
  // As on a full disk: a file can be made, and takes no byte.
  const wrapper = ["/bin/sh", "-c", 'trap "" XFSZ; ulimit -f 0; exec "$@"', "full"];
  assert.equal(await tree.select({ wrapper }), "packaged");
  await Deno.remove(`${tree.starts}.partial`).catch(() => {});
  await Deno.mkdir(`${tree.starts}.partial`);
  assert.equal(await tree.select(), "packaged");
});

Deno.test("select-release: of a folder the terminal may write nothing is started", async () => {
  using tree = await releaseTree();
  await tree.put("1.2.0", 5);
  await tree.link("current", "1.2.0");
  await Deno.chmod(tree.releases, 0o777);
  assert.equal(await tree.select({ wrapper: asNobody() }), "packaged");
  await Deno.chmod(tree.releases, Deno.uid() === 0 ? 0o755 : 0o555);
  assert.equal(await tree.select({ wrapper: asNobody() }), "1.2.0");
  await Deno.chmod(tree.releases, 0o755);
});

Deno.test("select-release: a newer package that was installed later is what runs", async () => {
  using tree = await releaseTree();
  await tree.put("1.2.0", 5);
  await tree.link("current", "1.2.0");
  await tree.write("over", "1.2.0 1\n");
  await Deno.writeTextFile(`${tree.packaged}/manifest.json`, '{"counter":7,"files":[]}');
  assert.equal(await tree.select(), "packaged");
  await tree.write("over", "1.2.0 7\n");
  assert.equal(await tree.select(), "1.2.0", "switched to when that package was there");
});

Deno.test("select-release: without anything whole it says so and fails", async () => {
  using tree = await releaseTree();
  await Deno.remove(`${tree.packaged}/lib/runtime`);
  assert.equal(await tree.select(), null);
  await tree.put("1.2.0", 5);
  await tree.link("current", "1.2.0");
  assert.equal(await tree.select(), "1.2.0", "the packaged one is not needed then");
});

async function probationTree(): Promise<ReleaseTree> {
  const tree = await releaseTree();
  await tree.put("1.3.0", 6);
  await tree.link("current", "1.3.0");
  await tree.write("probation", `1.3.0 ${IN_AN_HOUR}\n`);
  return tree;
}

/** Root may write everywhere, so that it cannot be told whose a folder is. */
function asNobody(): string[] {
  if (Deno.uid() !== 0) return [];
  return ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"];
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
