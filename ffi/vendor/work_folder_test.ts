import assert from "node:assert/strict";
import { makeWorkFolder, removeWorkFolder, wipeWorkFolder } from "./work_folder.ts";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";

Deno.test("wipeWorkFolder() leaves nothing but the profile's files", async () => {
  using parent = new TemporaryFolder();
  const folder = parent.file("work");
  await Deno.writeTextFile(`${parent.path}/reader.ini`, "port=USB");
  using _owned = await makeWorkFolder(folder);
  await Deno.mkdir(`${folder}/logs/2026`, { recursive: true });
  await Deno.writeTextFile(`${folder}/logs/2026/wz.txt`, "a patient");
  await Deno.writeTextFile(`${folder}/reader.ini`, "a patient's");
  await wipeWorkFolder(folder, [`${parent.path}/reader.ini`]);
  assert.deepEqual(await namesIn(folder), ["reader.ini"]);
  assert.equal(await Deno.readTextFile(`${folder}/reader.ini`), "port=USB");
  await removeWorkFolder(folder);
  assert.deepEqual(await namesIn(parent.path), ["reader.ini"]);
});

Deno.test("a file that a library holds open is empty, not only without a name", async () => {
  using parent = new TemporaryFolder();
  const folder = parent.file("work");
  using _owned = await makeWorkFolder(folder);
  using file = await Deno.open(`${folder}/log`, { create: true, write: true, read: true });
  await file.write(new TextEncoder().encode("a patient"));
  await wipeWorkFolder(folder, []);
  assert.equal((await file.stat()).size, 0);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("links out of the folder are removed and what they lead to stays", async () => {
  using parent = new TemporaryFolder();
  const folder = parent.file("work");
  using _owned = await makeWorkFolder(folder);
  await Deno.mkdir(`${parent.path}/other`);
  await Deno.writeTextFile(`${parent.path}/other/kept`, "kept");
  await Deno.symlink(`${parent.path}/other`, `${folder}/soft`);
  await Deno.symlink(`${parent.path}/other/kept`, `${folder}/file`);
  await Deno.link(`${parent.path}/other/kept`, `${folder}/hard`);
  await wipeWorkFolder(folder, []);
  assert.deepEqual(await namesIn(folder), []);
  assert.equal(await Deno.readTextFile(`${parent.path}/other/kept`), "kept");
});

Deno.test("a folder of somebody else is never made a work folder", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/thesis`, "");
  await assert.rejects(makeWorkFolder(folder), /not empty, expected a folder of our own/);
  assert.deepEqual(await namesIn(folder), ["thesis"]);
  await Deno.remove(folder, { recursive: true });
});

/** But for the mark that says whose folder it is. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  return names.filter((name) => !name.startsWith(".")).sort();
}

Deno.test("two libraries never work in one folder, one after the other may", async () => {
  using parent = new TemporaryFolder();
  const folder = parent.file("work");
  {
    using _owned = await makeWorkFolder(folder);
    await assert.rejects(makeWorkFolder(folder), /another process does/);
  }
  using _later = await makeWorkFolder(folder);
  await Deno.remove(folder, { recursive: true });
});
