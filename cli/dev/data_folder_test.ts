import assert from "node:assert/strict";
import { claimFolder } from "./data_folder.ts";

Deno.test("claimFolder() refuses a folder that another process has", async () => {
  const folder = await Deno.makeTempDir();
  const first = await claimFolder(folder, { reset: false });
  await assert.rejects(claimFolder(folder, { reset: false }), /正被另一个/);
  first[Symbol.dispose]();
  (await claimFolder(folder, { reset: false }))[Symbol.dispose]();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("claimFolder() with reset removes the demo's data and nothing of anybody else", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/database`);
  await Deno.writeTextFile(`${folder}/database/PG_VERSION`, "18");
  await Deno.writeTextFile(`${folder}/letter.txt`, "mine");
  (await claimFolder(folder, { reset: true }))[Symbol.dispose]();
  const entries = await Array.fromAsync(Deno.readDir(folder));
  assert.deepEqual(entries.map((entry) => entry.name).sort(), [".in_use", "letter.txt"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("claimFolder() says in one line that a folder cannot be written", async () => {
  await assert.rejects(claimFolder("/proc/nope", { reset: false }), /不能写入/);
});
