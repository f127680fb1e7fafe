import assert from "node:assert/strict";
import { StartError } from "../command.ts";
import { openOutput, type OutputOptions, type Pieces } from "./output.ts";

const ORDINARY = { force: false, isPrivate: false, isBinary: true };
const PRIVATE = { force: false, isPrivate: true, isBinary: true };

Deno.test("an output leaves a whole file and nothing else", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/out`;
  const pieces = [Uint8Array.of(1), new Uint8Array(100_000), Uint8Array.of(2)];
  await writePieces(pieces, { ...ORDINARY, path });
  assert.equal((await Deno.stat(path)).size, 100_002);
  assert.deepEqual(await folder.list(), ["out"]);
});

Deno.test("an output keeps what is private to the user, also where it replaces", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/key`;
  await writePieces([Uint8Array.of(1)], { ...PRIVATE, path });
  assert.equal(await modeOf(path), 0o600);
  // What its group was given stays given: a service that runs as another user reads its key.
  for (const [old, kept] of [[0o644, 0o640], [0o640, 0o640], [0o666, 0o640], [0o400, 0o600]]) {
    await Deno.chmod(path, old ?? 0);
    await writePieces([Uint8Array.of(1)], { ...PRIVATE, path, force: true });
    assert.equal(await modeOf(path), kept);
  }
});

Deno.test("an output that replaces keeps owner, group and mode", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/out`;
  await Deno.writeTextFile(path, "old");
  await Deno.chmod(path, 0o664);
  const isRoot = Deno.uid() === 0;
  if (isRoot) await Deno.chown(path, 1_234, 5_678);
  await writePieces([Uint8Array.of(1)], { ...ORDINARY, path, force: true });
  const { uid, gid, size } = await Deno.stat(path);
  assert.equal(await modeOf(path), 0o664);
  assert.equal(size, 1);
  if (isRoot) assert.deepEqual([uid, gid], [1_234, 5_678]);
});

Deno.test("an output is none of what the command reads, by whatever name", async () => {
  await using folder = await openFolder();
  const key = `${folder.path}/key`;
  await Deno.writeTextFile(key, "key");
  await Deno.symlink(folder.path, `${folder.path}/again`);
  await Deno.link(key, `${folder.path}/hard`);
  const cases = [
    [key, key],
    [`${folder.path}/./key`, key],
    [`${folder.path}/again/key`, key],
    [`${folder.path}/hard`, key],
    // Of two outputs neither is there yet.
    [`${folder.path}/new`, `${folder.path}/again/new`],
  ];
  for (const [path = "", input] of cases) {
    const refused = { name: "UsageError", message: /它同时是/ };
    const options = { ...ORDINARY, path, force: true, inputs: ["-", undefined, input] };
    await assert.rejects(writePieces([Uint8Array.of(1)], options), refused, path);
  }
  assert.equal(await Deno.readTextFile(key), "key");
  await assert.rejects(
    writePieces([], { ...ORDINARY, path: `${folder.path}/out`, inputs: ["-", "/dev/stdin"] }),
    { name: "UsageError", message: /^标准输入只能用一次：/ },
  );
  assert.deepEqual(await folder.list(), ["again", "hard", "key"]);
});

Deno.test("an output follows no link to nothing", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/link`;
  await Deno.symlink(`${folder.path}/unmounted/key`, path);
  const refused = { name: "StartError", message: /指向的文件不存在/ };
  await assert.rejects(writePieces([], { ...PRIVATE, path, force: true }), refused);
  assert.deepEqual(await folder.list(), ["link"]);
});

Deno.test("an output replaces nothing unasked, not even what came while it wrote", async () => {
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

Deno.test("an output replaces the file behind a link and keeps the link", async () => {
  await using folder = await openFolder();
  await Deno.writeTextFile(`${folder.path}/target`, "old");
  await Deno.symlink(`${folder.path}/target`, `${folder.path}/link`);
  const path = `${folder.path}/link`;
  await writePieces([Uint8Array.of(65)], { ...ORDINARY, path, force: true });
  assert.equal(await Deno.readTextFile(`${folder.path}/target`), "A");
  assert.ok((await Deno.lstat(path)).isSymlink);
  assert.deepEqual(await folder.list(), ["link", "target"]);
});

Deno.test("an output leaves the old file and no partial one when the pieces break off", async () => {
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

Deno.test("an output leaves a partial file of another command alone", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/out`;
  await Deno.writeTextFile(`${path}.partial`, "of another");
  await assert.rejects(
    writePieces([Uint8Array.of(1)], { ...ORDINARY, path }),
    { name: "StartError", message: /out\.partial" 已存在：另一个命令正在写/ },
  );
  assert.equal(await Deno.readTextFile(`${path}.partial`), "of another");
});

Deno.test("an output says that the disk is full, the folder missing, the name a folder", async () => {
  await using folder = await openFolder();
  const piece = Uint8Array.of(1);
  const cases: [string, RegExp][] = [
    ["/dev/full", /不能写入 "\/dev\/full"：磁盘已满/],
    [`${folder.path}/no/out`, /不能写入 ".*\/no\/out"：目录 ".*\/no" 不存在，请先建立/],
    [folder.path, /这是一个目录/],
  ];
  for (const [path, message] of cases) {
    await assert.rejects(writePieces([piece], { ...ORDINARY, path }), { message });
  }
});

async function writePieces(pieces: Pieces, options: OutputOptions): Promise<void> {
  using output = await openOutput(options);
  await output.fill(pieces);
  await output.finish();
}

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

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
