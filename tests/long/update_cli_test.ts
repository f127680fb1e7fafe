/** The operator's commands on releases, with no more rights than the launcher gives them. */
import assert from "node:assert/strict";
import { generateKeyPair, sign } from "../../crypto/sm2.ts";
import { publicKeyToPem } from "../../crypto/keys.ts";
import { ROOT } from "../../tools/source_files.ts";
import { fakeKysec } from "../deploy/fake_kysec.ts";
import { type UpdateWorld, updateWorld } from "../deploy/update_world.ts";

Deno.test("yikatong update: stage, switch, status, commit, rollback", async () => {
  using world = await updateWorld();
  await done(world, ["stage", await world.archive("1.2.0", 5)], /版本 1\.2\.0（序号 5）已暂存/);
  await done(world, ["switch", "1.2.0", "--drain-minutes", "0"], /已切换到版本 1\.2\.0/);
  assert.equal(await world.tree.select(), "1.2.0");
  await done(world, ["switch", "1.2.0"], /当前已经是版本 1\.2\.0/);
  await done(
    world,
    ["status"],
    /当前：1\.2\.0（试用中）\n上一个：安装包自带的版本\n试用：.*已启动 1 次/,
  );
  await done(world, ["commit", "1.2.0"], /版本 1\.2\.0 已确认/);
  await done(world, ["rollback", "1.2.0", "--reason", "打印不出凭条"], /改用安装包自带的版本/);
  await done(world, ["rollback", "1.2.0"], /没有改动/);
  await done(world, ["status"], /退回过：版本 1\.2\.0，打印不出凭条/);
  const { text } = await yikatong(world, ["status", "--json"]);
  assert.equal(JSON.parse(text).counter, 5);
});

Deno.test("yikatong update: an older release with a permit that both signed, and with no other", async () => {
  using world = await updateWorld();
  const build = generateKeyPair();
  const owner = generateKeyPair();
  for (const [signer, { publicKey }] of [["build-2", build], ["owner-2", owner]] as const) {
    await Deno.writeTextFile(`${world.keys}/${signer}.pem`, publicKeyToPem(publicKey));
  }
  for (const [version, counter] of [["1.2.0", 5], ["1.1.0", 4]] as const) {
    await done(world, ["stage", await world.archive(version, counter)], /已暂存/);
  }
  await done(world, ["switch", "1.2.0"], /已切换/);
  await done(world, ["commit", "1.2.0"], /已确认/);
  await done(world, ["stage", await world.archive("1.1.0", 4)], /已暂存/);
  await refused(world, ["switch", "1.1.0"], /须有签了名的降级许可/);
  const permit = `${world.tree.path}/permit.json`;
  const text = JSON.stringify({
    format: 1,
    product: "yikatong",
    permit: "downgrade",
    version: "1.1.0",
    counter: 4,
    reason: "1.2.0 与新读卡器不合",
    expires: "2099-01-01T00:00:00Z",
  });
  const bytes = new TextEncoder().encode(text);
  await Deno.writeFile(permit, bytes);
  const switching = ["switch", "1.1.0", "--permit", permit];
  await refused(world, switching, /permit\.json\.build\.sig"：文件或目录不存在/);
  const signed = (key: typeof build) => sign(key.privateKey, bytes, { format: "der" });
  await Deno.writeFile(`${permit}.build.sig`, signed(build));
  await Deno.writeFile(`${permit}.owner.sig`, signed(build));
  await refused(world, switching, /owner 的签名不符/);
  await Deno.writeFile(`${permit}.owner.sig`, signed(owner));
  await done(world, switching, /已切换到版本 1\.1\.0/);
});

Deno.test("yikatong update tag: KySec's tag and the record of before and after", async () => {
  using world = await updateWorld();
  const { bin } = await fakeKysec(`${world.tree.path}/kylin`);
  const library = `${world.tree.path}/libcard.so`;
  await Deno.writeTextFile(library, "vendor");
  await Deno.mkdir(`${world.tree.releases}/kysec`);
  await done(world, ["stage", await world.archive("1.2.0", 5)], /已暂存/, bin);
  await refused(world, ["switch", "1.2.0"], /没有 KySec 认证标记/, bin);
  await done(world, ["tag", "1.2.0", "--library", library], /"library":.*verified/, bin);
  const record = await Deno.readTextFile(`${world.tree.releases}/kysec/1.2.0.json`);
  assert.match(record, /"path":"lib\/runtime","sm3":"[0-9a-f]{64}","before":"[^"]*unknown/);
  await done(world, ["switch", "1.2.0"], /已切换/, bin);
});

Deno.test("yikatong update: what is wrong with a command line, and with the folder", async () => {
  using world = await updateWorld();
  for (
    const args of [["switch"], ["switch", "../etc"], ["stage"], ["commit", "a b"], ["nothing"]]
  ) {
    assert.equal((await yikatong(world, args)).code, 2, args.join(" "));
  }
  const minutes = ["switch", "1.2.0", "--probation-minutes", "0"];
  assert.equal((await yikatong(world, minutes)).code, 2);
  await Deno.remove(world.tree.releases);
  await refused(world, ["rollback", "1.2.0"], /它由安装包建立，属主是 yikatong-update/);
});

async function done(world: UpdateWorld, args: string[], says: RegExp, bin?: string): Promise<void> {
  const { code, text } = await yikatong(world, args, bin);
  assert.equal(code, 0, text);
  assert.match(text, says);
}

async function refused(
  world: UpdateWorld,
  args: string[],
  says: RegExp,
  bin?: string,
): Promise<void> {
  const { code, text } = await yikatong(world, args, bin);
  assert.equal(code, 1, text);
  assert.match(text, says);
}

const FIXED = ["run", "--quiet", "--no-check", "--node-modules-dir=manual"];

async function yikatong({ tree, keys }: UpdateWorld, args: string[], bin?: string) {
  const folders = ["--releases", tree.releases, "--packaged", tree.packaged];
  const trust = args[0] === "status" ? [] : ["--trust", keys];
  const line = ["update", ...args, ...folders, ...trust];
  const env = { PATH: `${bin ?? "/nonexistent"}:${Deno.env.get("PATH") ?? ""}` };
  const launch = [...FIXED, "-A", new URL("cli/launch/main.ts", ROOT).pathname, ...line];
  const { text: flags } = await run(launch, env);
  const words = flags.match(/'[^']*'/g)?.map((word) => word.slice(1, -1)) ?? [];
  return await run([...FIXED, ...words, new URL("main.ts", ROOT).pathname, ...line], env);
}

async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    env,
  }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}
