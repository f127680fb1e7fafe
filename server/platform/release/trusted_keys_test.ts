import assert from "node:assert/strict";
import { makeSigner } from "../../../tests/release_folder.ts";
import { TemporaryFolder } from "../../../tests/temporary_folder.ts";
import { readTrustedKeys } from "./trusted_keys.ts";

const build = makeSigner("build");
const owner = makeSigner("owner");

Deno.test("readTrustedKeys() reads a folder and a single file, each named for its signer", async () => {
  using folder = new TemporaryFolder();
  await Deno.writeTextFile(folder.file("build.pem"), build.pem);
  await Deno.writeTextFile(folder.file("owner-2027.pem"), owner.pem);
  const keys = await readTrustedKeys(folder.path);
  assert.deepEqual(keys.map(({ signer, keyId }) => [signer, keyId]), [
    ["build", build.keyId],
    ["owner", owner.keyId],
  ]);
  const [one] = await readTrustedKeys(folder.file("build.pem"));
  assert.deepEqual(one?.publicKey, build.publicKey);
});

Deno.test("readTrustedKeys() finds none where there is nothing", async () => {
  using folder = new TemporaryFolder();
  assert.deepEqual(await readTrustedKeys(folder.path), []);
  assert.deepEqual(await readTrustedKeys(folder.file("release-keys")), []);
});

Deno.test("readTrustedKeys() refuses what others may write", async () => {
  using folder = new TemporaryFolder();
  await Deno.writeTextFile(folder.file("build.pem"), build.pem);
  for (const mode of [0o664, 0o646, 0o666]) {
    await Deno.chmod(folder.file("build.pem"), mode);
    await refused(folder.path, /其他用户能改写.*chmod go-w .*build\.pem$/);
  }
  await Deno.chmod(folder.file("build.pem"), 0o644);
  await Deno.chmod(folder.path, 0o777);
  await refused(folder.path, /其他用户能改写/);
});

Deno.test("readTrustedKeys() passes nothing over that is not a key", async () => {
  const wrong: [string, string, RegExp][] = [
    ["README", "", /文件名应为/],
    ["Owner.pem", owner.pem, /文件名应为/],
    ["owner.pem.bak", owner.pem, /文件名应为/],
    ["owner.pem", "no key", /不是 PEM 格式的 SM2 公钥/],
    ["owner.pem", "x".repeat(20_000), /应是不超过/],
    ["owner.pem", build.pem, /"build" 和 "owner" 是同一把/],
  ];
  for (const [name, text, message] of wrong) {
    using folder = new TemporaryFolder();
    await Deno.writeTextFile(folder.file("build.pem"), build.pem);
    await Deno.writeTextFile(folder.file(name), text);
    await refused(folder.path, message);
  }
});

async function refused(path: string, message: RegExp): Promise<void> {
  await assert.rejects(readTrustedKeys(path), { name: "TrustError", message });
}
