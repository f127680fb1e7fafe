import assert from "node:assert/strict";
import { StartError } from "../command.ts";
import { writePieces } from "./output.ts";

const ORDINARY = { force: false, isPrivate: false, isBinary: true };

Deno.test("writePieces() leaves a whole file and nothing else", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/out`;
  const pieces = [Uint8Array.of(1), new Uint8Array(100_000), Uint8Array.of(2)];
  await writePieces(pieces, { ...ORDINARY, path });
  assert.equal((await Deno.stat(path)).size, 100_002);
  assert.deepEqual(await folder.list(), ["out"]);
});

Deno.test("writePieces() keeps what is private to the user, also where it replaces", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/key`;
  await Deno.writeTextFile(path, "old", { mode: 0o644 });
  await writePieces([Uint8Array.of(1)], { path, force: true, isPrivate: true, isBinary: true });
  const { mode, size } = await Deno.stat(path);
  assert.equal((mode ?? 0) & 0o777, 0o600);
  assert.equal(size, 1);
});

Deno.test("writePieces() replaces nothing unasked, not even what came while it wrote", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/out`;
  const pieces = (function* () {
    yield Uint8Array.of(1);
    Deno.writeTextFileSync(path, "of another");
    yield Uint8Array.of(2);
  })();
  const refused = { name: "StartError", message: /已存在，没有覆盖/ };
  await assert.rejects(writePieces(pieces, { ...ORDINARY, path }), refused);
  await assert.rejects(writePieces([Uint8Array.of(1)], { ...ORDINARY, path }), refused);
  assert.equal(await Deno.readTextFile(path), "of another");
  assert.deepEqual(await folder.list(), ["out"]);
});

Deno.test("writePieces() replaces the file behind a link and keeps the link", async () => {
  await using folder = await openFolder();
  await Deno.writeTextFile(`${folder.path}/target`, "old");
  await Deno.symlink(`${folder.path}/target`, `${folder.path}/link`);
  const path = `${folder.path}/link`;
  await writePieces([Uint8Array.of(65)], { ...ORDINARY, path, force: true });
  assert.equal(await Deno.readTextFile(`${folder.path}/target`), "A");
  assert.ok((await Deno.lstat(path)).isSymlink);
  assert.deepEqual(await folder.list(), ["link", "target"]);
});

Deno.test("writePieces() leaves the old file and no partial one when the pieces break off", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/out`;
  await Deno.writeTextFile(path, "old");
  const pieces = (function* () {
    yield new Uint8Array(10);
    throw new StartError("broken off");
  })();
  await assert.rejects(writePieces(pieces, { ...ORDINARY, path, force: true }), /broken off/);
  assert.equal(await Deno.readTextFile(path), "old");
  assert.deepEqual(await folder.list(), ["out"]);
});

Deno.test("writePieces() leaves a partial file of another command alone", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/out`;
  await Deno.writeTextFile(`${path}.partial`, "of another");
  await assert.rejects(
    writePieces([Uint8Array.of(1)], { ...ORDINARY, path }),
    { name: "StartError", message: /out\.partial" 已存在：另一个命令正在写/ },
  );
  assert.equal(await Deno.readTextFile(`${path}.partial`), "of another");
});

Deno.test("writePieces() says that the disk is full, the folder missing, the name a folder", async () => {
  await using folder = await openFolder();
  const piece = Uint8Array.of(1);
  const cases: [string, RegExp][] = [
    ["/dev/full", /不能写入 "\/dev\/full"：磁盘已满/],
    [`${folder.path}/no/out`, /文件或目录不存在/],
    [folder.path, /这是一个目录/],
  ];
  for (const [path, message] of cases) {
    await assert.rejects(writePieces([piece], { ...ORDINARY, path }), { message });
  }
});

async function openFolder() {
  const path = await Deno.makeTempDir();
  return {
    path,
    async list() {
      return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(path, { recursive: true });
    },
  };
}
