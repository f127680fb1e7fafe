import assert from "node:assert/strict";
import { requireFreeSpace } from "../../cli/backup/free_space.ts";
import { type BackupFolder, openBackupFolder } from "../backup_folder.ts";
import { RUN_FLAGS } from "../cli.ts";
import { databaseFolder } from "../restored_cluster.ts";
import { ROOT } from "../../tools/source_files.ts";

/** Where the only backup of a kind lies. */
async function backupIn({ backups }: BackupFolder, kind: "base" | "dump"): Promise<string> {
  const [entry, ...more] = await Array.fromAsync(Deno.readDir(`${backups}/${kind}`));
  assert.ok(entry && more.length === 0);
  return `${backups}/${kind}/${entry.name}`;
}

/** Changes a file while `work` looks, and puts it back. */
async function changed(
  path: string,
  change: (bytes: Uint8Array) => Uint8Array,
  work: () => Promise<void>,
): Promise<void> {
  const whole = await Deno.readFile(path);
  await Deno.writeFile(path, change(whole.slice()));
  await work();
  await Deno.writeFile(path, whole);
}

function flipped(bytes: Uint8Array): Uint8Array {
  const at = bytes.length - 1_000;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

Deno.test("yikatong backup makes, verifies and refuses backups of a real server", async (t) => {
  await using folder = await openBackupFolder();
  using clusters = await databaseFolder();
  const made = await folder.run("backup", "physical", "--by", "张工");
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.text, /备份完成：\d{8}T\d{6}Z（物理备份[^]*核对 +\d{4} 个文件；WAL 0\//);
  const dumped = await folder.run("backup", "logical", "--by", "张工");
  assert.equal(dumped.code, 0, dumped.stderr);
  const base = await backupIn(folder, "base");
  const sealed = `${base}/base.tar.gz.sealed`;

  await t.step("all are good, from outside and with the institution's key", async () => {
    const outside = await folder.run("backup", "verify");
    assert.deepEqual([outside.code, outside.text.match(/^完好/gm)?.length], [0, 2], outside.stderr);
    const inside = await folder.run("backup", "verify", "--key", "institution.pem");
    assert.equal(inside.code, 0, inside.stderr);
    const listed = await folder.run("backup", "list");
    assert.match(listed.text, /物理备份[^]*逻辑备份[^]*WAL：没有收完的段/);
  });

  await t.step("nothing of the database lies there in clear", async () => {
    const bytes = await Deno.readFile(`${await backupIn(folder, "dump")}/database.dump.sealed`);
    const text = new TextDecoder("latin1").decode(bytes);
    assert.ok(!text.includes("PGDMP") && !text.includes("ledger_posting"));
  });

  await t.step("the dump is what pg_restore reads", async () => {
    const path = `${await backupIn(folder, "dump")}/database.dump.sealed`;
    const opened = await folder.cli.run(["sm", "decrypt", "--key", "institution.pem", path]);
    assert.equal(opened.code, 0, opened.stderr);
    assert.equal(new TextDecoder().decode(opened.stdout.subarray(0, 5)), "PGDMP");
  });

  await t.step(
    "cut, changed, relabelled and unsigned ones are refused, with the reason",
    async () => {
      const cases = [
        [sealed, (bytes: Uint8Array) => bytes.subarray(0, -70_000), /被截断：应有 \d+ 字节/],
        [sealed, flipped, /与清单的 SM3 不符：内容被改动过/],
        [
          `${base}/backup.json`,
          (bytes: Uint8Array) =>
            new TextEncoder().encode(
              new TextDecoder().decode(bytes).replace(/"rows": 0/, '"rows": 9'),
            ),
          /签名不符/,
        ],
        [`${base}/backup.json`, () => new TextEncoder().encode("{"), /不是备份的清单/],
      ] as const;
      for (const [path, change, reason] of cases) {
        await changed(path, change, async () => {
          const verified = await folder.run("backup", "verify", base);
          assert.equal(verified.code, 1);
          assert.match(verified.stderr, reason);
          const into = `${clusters.path}/refused`;
          const restored = await folder.run("restore", "--key", "institution.pem", "--into", into);
          assert.equal(restored.code, 1, restored.text);
          assert.match(restored.stderr, /截断|改动过|签名不符|不是备份的清单/);
        });
      }
      await Deno.rename(`${base}/backup.json.sig`, `${base}/elsewhere`);
      const unsigned = await folder.run("backup", "verify", base);
      assert.match(unsigned.stderr, /没有签名的备份不能使用/);
      await Deno.rename(`${base}/elsewhere`, `${base}/backup.json.sig`);
      assert.deepEqual(await Array.fromAsync(Deno.readDir(clusters.path)), [], "nothing is left");
    },
  );

  await t.step("another's key opens nothing, and the message names whose would", async () => {
    const into = `${clusters.path}/foreign`;
    const restored = await folder.run("restore", "--key", "stranger.pem", "--into", into);
    assert.equal(restored.code, 1);
    assert.match(
      restored.stderr,
      /不是给 "stranger\.pem" 这把密钥[^]*它是给以下公钥加密的:\n {2}[0-9a-f]{64}/,
    );
    assert.deepEqual(await Array.fromAsync(Deno.readDir(clusters.path)), []);
  });

  await t.step(
    "nothing is restored over what is there, nor to before there was a backup",
    async () => {
      const over = await folder.run("restore", "--key", "institution.pem", "--into", clusters.path);
      assert.match(over.stderr, /恢复从不写到已有的目录上/);
      const early = ["--to", "2020-01-01 00:00:00", "--into", `${clusters.path}/early`];
      const none = await folder.run("restore", "--key", "institution.pem", ...early);
      assert.match(none.stderr, /最早的物理备份也在/);
    },
  );

  await t.step("a disk that takes no more ends it with a sentence and leaves nothing", async () => {
    const config = ["--config", `${folder.cli.path}/c.toml`];
    const words = [Deno.execPath(), "run", ...RUN_FLAGS, new URL("main.ts", ROOT).pathname];
    const args = [...words, "backup", "physical", "--by", "张工", ...config];
    // Ignored, or the kernel would end the process instead of refusing the write.
    const limited = `trap '' XFSZ; ulimit -f 2048; exec "$@"`;
    const { code, stderr } = await new Deno.Command("sh", { args: ["-c", limited, "sh", ...args] })
      .output();
    assert.equal(code, 1);
    assert.match(new TextDecoder().decode(stderr), /不能写入 ".*base\.tar\.gz\.sealed"：文件太大/);
    assert.equal(await backupIn(folder, "base"), base);
    await assert.rejects(requireFreeSpace(folder.backups, 2 ** 60), /空间不够：要 .* MB，只有/);
  });

  await t.step("one at a time, and Ctrl-C leaves nothing behind", async () => {
    const running = folder.start("backup", "physical", "--by", "张工");
    const partial = await appeared(folder);
    const second = await folder.run("backup", "logical", "--by", "李工");
    assert.match(second.stderr, /正被另一个备份命令使用/);
    running.kill("SIGINT");
    const { code, stderr } = await running.output();
    await running.stdin.close().catch(() => {});
    assert.equal(code, 130, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stderr), /已中断，没有留下未写完的备份/);
    assert.equal(await Deno.stat(partial).catch(() => null), null);
    assert.equal(await backupIn(folder, "base"), base);
  });

  await t.step("prune keeps the newest, and removes what a killed command left", async () => {
    await folder.config("keep_daily = 1\nkeep_weekly = 0\nkeep_monthly = 6");
    const orphan = `${folder.backups}/base/20200101T000000Z.partial`;
    await Deno.mkdir(orphan);
    const newer = await folder.run("backup", "logical", "--by", "张工");
    assert.equal(newer.code, 0, newer.stderr);
    const dry = await folder.run("backup", "prune", "--dry-run");
    assert.match(dry.text, /将删除 1 个备份、0 段 WAL，留下 2 个/);
    const pruned = await folder.run("backup", "prune", "--by", "张工");
    assert.match(pruned.text, /已删除 1 个备份、0 段 WAL，留下 2 个/);
    assert.equal(await Deno.stat(orphan).catch(() => null), null);
    assert.equal(await backupIn(folder, "base"), base);
  });

  await t.step("vendors' databases are named and refused", async () => {
    await folder.config('driver = "kingbase"');
    const refused = await folder.run("backup", "physical", "--by", "张工");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /没有在这种数据库上做过备份和恢复[^]*sys_rman/);
  });
});

const WAITS_MAX = 300;

/** The folder of a backup that is being made. */
async function appeared({ backups }: BackupFolder): Promise<string> {
  for (let waits = 0; waits < WAITS_MAX; waits++) {
    for await (const { name } of Deno.readDir(`${backups}/base`)) {
      const path = `${backups}/base/${name}`;
      const content = await Deno.stat(`${path}/base.tar.gz.sealed`).catch(() => null);
      if (name.endsWith(".partial") && (content?.size ?? 0) > 0) return path;
    }
    await new Promise((resume) => setTimeout(resume, 20));
  }
  throw new Error("Cannot see a backup under way");
}
