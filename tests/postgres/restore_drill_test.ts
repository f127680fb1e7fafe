import assert from "node:assert/strict";
import { sql } from "kysely";
import { initStore } from "../../cli/key/store_init.ts";
import { newId } from "../../server/platform/ids.ts";
import { type BackupFolder, openBackupFolder } from "../backup_folder.ts";

/** A key store as the platform has it, so that backups and drills are told to the trail. */
async function withKeys(folder: BackupFolder): Promise<void> {
  const { path } = folder.cli;
  await folder.cli.write("password", "correct horse\n");
  await initStore(["--store", `${path}/keys`, "--password-file", `${path}/password`]);
  await folder.config(`
[crypto]
allow_software_private_keys = true
key_store = "${path}/keys"
key_store_password_file = "${path}/password"
`);
}

async function eventsOf({ own: { db } }: BackupFolder) {
  const rows = await db.selectFrom("audit_event").select(["kind", "result", "actor_name", "fields"])
    .where("kind", "like", "platform.%").orderBy("id").execute();
  return rows.map(({ fields, ...row }) => ({ ...row, fields: JSON.parse(fields) }));
}

Deno.test("a restore drill restores, checks, measures, records, and finds what is wrong", async (t) => {
  await using folder = await openBackupFolder();
  await withKeys(folder);
  const drill = () => folder.run("restore", "--drill", "--key", "institution.pem", "--by", "张工");
  const made = await folder.run("backup", "physical", "--by", "timer");
  assert.deepEqual([made.code, made.stderr], [0, ""]);

  await t.step("it passes on what is whole, and says what was lost since the backup", async () => {
    const run = await drill();
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.text, /恢复演练通过[^]*RTO +[\d.]+ 秒[^]*缺 1 行[^]*审计链[^]*密钥库 +相符/);
    const [backedUp, drilled] = await eventsOf(folder);
    assert.deepEqual([backedUp?.kind, backedUp?.actor_name], ["platform.backup_made", "timer"]);
    assert.deepEqual([drilled?.kind, drilled?.result], ["platform.restore_drilled", "succeeded"]);
    assert.ok(drilled && drilled.fields.rtoSeconds > 0 && drilled.fields.rpoSeconds >= 0);
    assert.deepEqual([drilled.fields.missingRows, drilled.fields.keysFit], [1, true]);
  });

  await t.step("its record is signed, and can be taken to another platform's trail", async () => {
    const [{ name } = { name: "" }] = (await Array.fromAsync(
      Deno.readDir(`${folder.backups}/drills`),
    )).filter(({ name }) => name.endsWith(".json"));
    const path = `${folder.backups}/drills/${name}`;
    const verified = await folder.cli.run(
      ["sm", "verify", "--public", "signer.pub", "--signature", `${path}.sig`, path],
    );
    assert.equal(verified.code, 0, verified.stderr);
    const recorded = await folder.run("backup", "record", "--by", "李工", path);
    assert.equal(recorded.code, 0, recorded.stderr);
    assert.equal((await eventsOf(folder)).at(-1)?.actor_name, "李工");
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace('"passed"', '"failed"'));
    const forged = await folder.run("backup", "record", "--by", "李工", path);
    assert.match(forged.stderr, /签名不符/);
    await Deno.writeTextFile(path, text);
  });

  await t.step("books that do not agree, and an event that was changed, fail it", async () => {
    const now = new Date();
    await folder.own.db.insertInto("ledger_hold").values({
      order_id: newId(now),
      at: now,
      institution_id: newId(now),
      held_fen: 100n,
      since: now,
    }).execute();
    await sql`update audit_event set actor_name = 'somebody' where actor_name = 'timer'`
      .execute(folder.own.db);
    const again = await folder.run("backup", "physical", "--by", "张工");
    assert.equal(again.code, 0, again.stderr);
    const run = await drill();
    assert.equal(run.code, 1, run.text);
    assert.match(run.text, /恢复演练没有通过：账目 1 处不一致；审计链 1 处断点/);
    const last = (await eventsOf(folder)).at(-1);
    assert.deepEqual([last?.result, last?.fields.ledgerDifferences], ["failed", 1]);
  });

  await t.step("nothing of a drill stays on the machine but its record", async () => {
    const left = (await Array.fromAsync(Deno.readDir("/var/tmp"))).map(({ name }) => name)
      .filter((name) => name.startsWith("yikatong-drill-"));
    assert.deepEqual(left, []);
  });
});
