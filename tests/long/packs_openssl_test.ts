import assert from "node:assert/strict";
import { dirname } from "node:path";
import { openCliFolder } from "../cli.ts";
import { writeTemplate } from "../db_template.ts";
import { busyWorld, DAYS, packOf, textOf, unpack } from "../packs.ts";

/** What a reviewer does who has the pack, a shell and openssl, and nothing of ours. */

type Files = Map<string, Uint8Array>;

async function inFolder(files: Files, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "pack-" });
  try {
    for (const [path, bytes] of files) {
      await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
      await Deno.writeFile(`${folder}/${path}`, bytes);
    }
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The commands of README.txt, in their order. */
function commandsOf(files: Files): string[] {
  return [...textOf(files, "README.txt").matchAll(/(?:^ {4}.*\n)+/gm)]
    .map(([block]) => block.replace(/^ {4}/gm, ""));
}

async function shell(folder: string, command: string): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", command],
    cwd: folder,
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

async function packFiles(): Promise<
  { readonly zip: Uint8Array<ArrayBuffer>; readonly files: Files }
> {
  await using world = await busyWorld();
  const zip = await packOf(world, DAYS);
  return { zip, files: await unpack(zip) };
}

Deno.test("the README's commands verify a pack with openssl alone, and find every change (R-SEC-17)", async (t) => {
  const { zip, files } = await packFiles();
  const [fingerprint = "", signature = "", digests = "", extra = ""] = commandsOf(files);

  await t.step("as it is", async () => {
    await inFolder(files, async (folder) => {
      assert.match((await shell(folder, fingerprint)).said, /[0-9a-f]{64}/);
      assert.match((await shell(folder, signature)).said, /Signature Verified Successfully/);
      assert.deepEqual(await shell(folder, digests), { code: 0, said: "" });
      assert.deepEqual(await shell(folder, extra), { code: 0, said: "" });
    });
  });

  await t.step("a file changed", async () => {
    const changed = new Map(files);
    const accounts = textOf(files, "E-01-accounts.csv").replace("系统管理员", "业务人员");
    changed.set("E-01-accounts.csv", new TextEncoder().encode(accounts));
    await inFolder(changed, async (folder) => {
      assert.equal((await shell(folder, digests)).said, "不符：E-01-accounts.csv\n");
    });
  });

  await t.step("a file changed, and the manifest with it", async () => {
    const changed = new Map(files);
    const manifest = textOf(files, "MANIFEST").replace(/^[0-9a-f]{4}/m, "0000");
    changed.set("MANIFEST", new TextEncoder().encode(manifest));
    await inFolder(changed, async (folder) => {
      const { code, said } = await shell(folder, signature);
      assert.ok(code !== 0 && /Verification Failure/.test(said), said);
    });
  });

  await t.step("a file taken away or added", async () => {
    const changed = new Map(files);
    changed.delete("E-17-alarms.csv");
    changed.set("E-99-invented.csv", new Uint8Array(1));
    await inFolder(changed, async (folder) => {
      const { said } = await shell(folder, extra);
      assert.match(said, /< E-99-invented.csv/);
      assert.match(said, /> E-17-alarms.csv/);
    });
  });

  await t.step("the audit chain inside verifies offline", async () => {
    await using folder = await openCliFolder();
    await folder.write("pack.zip", zip);
    await folder.write("key.pem", files.get("audit-sign.pem") ?? new Uint8Array());
    const run = await folder.run([
      "audit",
      "verify",
      "--pack",
      "pack.zip",
      "--public-key",
      "key.pem",
    ]);
    assert.equal(run.code, 0, run.text + run.stderr);
  });
});

const CONFIG = `
data_dir = "data"
[his]
url = "https://his.example/secret-path"
app_id = "test"
secret = "his-secret-of-a-test"
[citizen_code]
url = "https://code.example"
app_id = "test"
secret = "of-a-test"
[insurance]
url = "https://nhsa.example"
paas_id = "test"
secret = "of-a-test"
[aggregate_pay]
url = "https://bank.example"
app_id = "test"
app_key = "of-a-test"
notify_key = "of-a-test"
order_prefix = "YKT1"
notify_url = "https://notify.example"
[crypto]
allow_software_private_keys = true
`;

Deno.test("yikatong audit export makes a pack from a configured database, and says what was wrong", async () => {
  await using folder = await openCliFolder();
  await folder.write("password", "correct horse battery\n");
  const store = ["--store", "keys", "--password-file", "password"];
  const made = await folder.run(["key", "store", "init", ...store]);
  assert.equal(made.code, 0, made.stderr);
  const paths =
    `key_store = "${folder.path}/keys"\nkey_store_password_file = "${folder.path}/password"\n`;
  await folder.write("yikatong.toml", CONFIG + paths);
  const config = ["--config", "yikatong.toml"];
  await writeTemplate(`${folder.path}/data/database`, new Date());
  const migrated = await folder.run(["migrate", ...config]);
  assert.equal(migrated.code, 0, migrated.stderr);
  const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const args = ["audit", "export", ...config, "--profile", "mlps3", "--from", day, "--to", day];
  const run = await folder.run([...args, "--out", "pack.zip"]);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.text, /证据包 pack.zip：\d+ 个文件\nSM3 [0-9a-f]{64}\n符合 \d+，部分符合/);
  const files = await unpack(await folder.read("pack.zip") as Uint8Array<ArrayBuffer>);
  assert.match(textOf(files, "E-04-statistics.csv"), /compliance.pack_started/);
  for (const [path, bytes] of files) {
    assert.doesNotMatch(new TextDecoder().decode(bytes), /his-secret-of-a-test/, path);
  }
  const wrong: [string[], RegExp][] = [
    [[...args, "--out", "pack.zip"], /已存在|--force/],
    [["audit", "export", "--from", day, "--to", "2020-01-01", "--out", "x.zip"], /证据期不能用/],
    [["audit", "export", "--profile", "iso", "--out", "x.zip"], /模板 "iso" 无效/],
    [["audit", "export", "--from", day, "--to", day], /缺少 --out/],
    [[...args, "--out", "nowhere/x.zip"], /目录 "nowhere" 不存在/],
  ];
  for (const [words, why] of wrong) {
    const { code, stderr } = await folder.run(words);
    assert.ok(code !== 0 && why.test(stderr), stderr);
  }
  assert.ok(!(await folder.list()).some((name) => name.startsWith("x.zip")));

  const child = folder.start([...args, "--out", "stopped.zip", "--progress"]);
  let said = "";
  for await (const piece of child.stderr.pipeThrough(new TextDecoderStream())) {
    const isBegun = /^1\/\d+ /m.test(said);
    said += piece;
    if (!isBegun && /^1\/\d+ /m.test(said)) child.kill("SIGINT");
  }
  await Promise.all([child.stdin.close(), child.stdout.cancel()]);
  assert.equal((await child.status).code, 130, said);
  assert.match(said, /已中断：没有写出证据包\n$/);
  assert.ok(!(await folder.list()).some((name) => name.startsWith("stopped.zip")));
  const after = await folder.run([...args, "--out", "after.zip"]);
  assert.equal(after.code, 0, after.stderr);
  const later = await unpack(await folder.read("after.zip") as Uint8Array<ArrayBuffer>);
  assert.match(textOf(later, "E-04-statistics.csv"), /compliance\.pack_made,[^\n]*失败/);
});
