import assert from "node:assert/strict";
import { sql } from "kysely";
import { chinaTime } from "../../server/platform/clock.ts";
import { openBackupFolder } from "../backup_folder.ts";
import { databaseFolder, queryCluster, untilStreaming } from "../restored_cluster.ts";

const ROWS = 50;
const SECOND_MS = 1_000;

Deno.test("a killed database loses no committed row, and any instant comes back (R-SLA-15)", async (t) => {
  await using folder = await openBackupFolder();
  using clusters = await databaseFolder();
  const { own: { db } } = folder;
  const database = new URL(folder.own.url ?? "").pathname.slice(1);
  await sql`create table probe (n int primary key, at timestamptz not null)`.execute(db);
  const made = await folder.run("backup", "physical", "--by", "张工");
  assert.equal(made.code, 0, made.stderr);
  const receiver = folder.start("backup", "receive-wal");
  await untilStreaming(db);
  await sql`alter system set synchronous_standby_names = 'yikatong_wal'`.execute(db);
  await sql`select pg_reload_conf()`.execute(db);
  let halfway = new Date();
  for (let n = 1; n <= ROWS; n++) {
    await sql`insert into probe (n, at) values (${n}, clock_timestamp())`.execute(db);
    if (n !== ROWS / 2) continue;
    await sql`select pg_switch_wal()`.execute(db);
    // Points in time are whole seconds: nothing else is committed in this one.
    await new Promise((resume) => setTimeout(resume, 2 * SECOND_MS));
    halfway = new Date(Date.now() - SECOND_MS);
  }
  await folder.server.crash();
  receiver.kill("SIGTERM");
  const { code, stderr } = await receiver.output();
  await receiver.stdin.close().catch(() => {});
  assert.equal(code, 0, new TextDecoder().decode(stderr));

  const restore = (to: string, into: string) =>
    folder.run("restore", "--key", "institution.pem", "--to", to, "--into", into);
  const rowsOf = async (into: string) => {
    const text = await queryCluster(into, database, "select count(*) as n, max(n) from probe");
    return [...text.matchAll(/= "(\d+)"/g)].map(([, digits]) => Number(digits));
  };

  await t.step("every committed row is there, in seconds", async () => {
    const into = `${clusters.path}/latest`;
    const restored = await restore("latest", into);
    assert.equal(restored.code, 0, restored.stderr);
    assert.match(restored.text, /恢复完成：[^]*用时 [\d.]+ 秒[^]*重放 WAL 2 段/);
    assert.deepEqual(await rowsOf(into), [ROWS, ROWS]);
    const settings = await Deno.readTextFile(`${into}/postgresql.auto.conf`);
    assert.doesNotMatch(settings, /restore_command|recovery_target/, "nothing of ours is left");
    assert.equal(await Deno.stat(`${into}/recovery.signal`).catch(() => null), null);
  });

  await t.step("the state of an instant, and no later row", async () => {
    const into = `${clusters.path}/halfway`;
    const restored = await restore(chinaTime(halfway), into);
    assert.equal(restored.code, 0, restored.stderr);
    assert.deepEqual(await rowsOf(into), [ROWS / 2, ROWS / 2]);
  });

  await t.step("an instant that was never recorded is no success", async () => {
    const later = chinaTime(new Date(Date.now() + 3_600_000));
    const refused = await restore(later, `${clusters.path}/later`);
    assert.equal(refused.code, 1, refused.text);
    assert.match(refused.stderr, /到不了 --to 的时刻/);
  });

  await t.step(
    "a segment that is missing, changed or not signed is told, not passed over",
    async () => {
      const wal = `${folder.backups}/wal`;
      const names = (await Array.fromAsync(Deno.readDir(wal))).map(({ name }) => name)
        .filter((name) => name.endsWith(".sealed")).sort();
      const [name] = names.slice(-1);
      assert.ok(name !== undefined, names.join());
      const path = `${wal}/${name}`;
      const bytes = await Deno.readFile(path);
      const refused = async () => {
        const run = await restore("latest", `${clusters.path}/refused`);
        assert.equal(run.code, 1, run.text);
        return run.stderr;
      };
      const flipped = bytes.slice();
      flipped[5_000] = (flipped[5_000] ?? 0) ^ 1;
      await Deno.writeFile(path, flipped);
      assert.match(await refused(), /签名不符/);
      await Deno.remove(path);
      assert.match(await refused(), new RegExp(`缺少 WAL 段 ${name.slice(0, 24)}`));
      await Deno.writeFile(path, bytes);
      const left = (await Array.fromAsync(Deno.readDir(clusters.path))).map(({ name }) => name);
      assert.deepEqual(left.sort(), ["halfway", "latest"]);
    },
  );

  await folder.server.startAgain();
  await sql`alter system reset synchronous_standby_names`.execute(db);
  await sql`select pg_reload_conf()`.execute(db);
});
