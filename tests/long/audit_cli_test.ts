import assert from "node:assert/strict";
import { type Kysely, sql } from "kysely";
import { openKeyStore, sealKeyStore } from "../../crypto/key_store.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import {
  confirmDeletion,
  type DeleteMonthDeps,
  requestDeletion,
} from "../../server/modules/audit/archive/delete_month.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { openPglite, wrapEmbeddedDatabase } from "../../server/platform/db.ts";
import { newId } from "../../server/platform/ids.ts";
import { ensurePartitions } from "../../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../../server/schema.ts";
import { openTrail, type Trail } from "../audit_trail.ts";
import { type CliFolder, type CliRun, openCliFolder } from "../cli.ts";
import { writeTemplate } from "../db_template.ts";
import { requiredConfig } from "../required_config.ts";

/** Archiving, dropping, checking and going on, as an operator types it at three in the morning. */

const PASSWORD = "correct horse";
/** Long enough ago for every retention there is. */
const START = new Date("2023-06-10T01:00:00Z");
const DAY_MS = 24 * 3_600_000;
const INTERRUPTED = 130;
/** Each command opens the key store; how long guessing its password takes is tried elsewhere. */
const CHEAP = { iterations: 10_000 };

async function configured(folder: CliFolder): Promise<SoftwareProvider> {
  await folder.write("password", `${PASSWORD}\n`);
  const store = ["--store", "keys", "--password-file", "password"];
  const made = await folder.run(["key", "store", "init", ...store]);
  assert.equal(made.code, 0, made.stderr);
  const crypto = {
    provider: "portable",
    key_store: `${folder.path}/keys`,
    key_store_password_file: `${folder.path}/password`,
    allow_software_private_keys: true,
  };
  const { database: _server, ...required } = requiredConfig();
  const tables = Object.entries({ ...required, crypto });
  const lines = tables.map(([name, fields]) =>
    `[${name}]\n${
      Object.entries(fields ?? {}).map(([field, value]) => `${field} = ${JSON.stringify(value)}`)
        .join("\n")
    }\n`
  );
  await folder.write("config.toml", `data_dir = "${folder.path}/data"\n${lines.join("")}`);
  await Deno.mkdir(`${folder.path}/archive`);
  const password = new TextEncoder().encode(PASSWORD);
  const keys = openKeyStore(await folder.read("keys"), password);
  await folder.write("keys", sealKeyStore(keys, password, CHEAP));
  return new SoftwareProvider(portableEngine(), { name: "test", keys });
}

/** The embedded database, filled. */
async function openFilled(folder: CliFolder, provider: SoftwareProvider): Promise<void> {
  await writeTemplate(`${folder.path}/data/database`, START);
  await inDatabase(folder, (db) => writeMonths(db, provider));
}

/** The embedded database between two commands. */
async function inDatabase<Value>(
  folder: CliFolder,
  work: (db: Kysely<Tables>) => Promise<Value>,
): Promise<Value> {
  const db = wrapEmbeddedDatabase<Tables>(await openPglite(`${folder.path}/data/database`));
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

async function writeMonths(db: Kysely<Tables>, provider: SoftwareProvider): Promise<Trail> {
  await ensurePartitions(db, PARTITIONED, SYSTEM_CLOCK.now());
  const trail = await openTrail(db, { provider, start: START });
  for (let month = 0; month < 3; month++) {
    await trail.write(20);
    await trail.link();
    await trail.sign();
    trail.clock.advance(30 * DAY_MS);
  }
  return trail;
}

/** What was said and how it ended, without a stack for an operator to wonder at. */
function told(run: CliRun, code: number, text: RegExp): void {
  assert.equal(run.code, code, run.stderr + run.text);
  assert.match(run.stderr + run.text, text);
  assert.doesNotMatch(run.stderr, /\.ts:\d/, "no stack");
}

const AUDIT = { config: ["--config", "config.toml"], by: ["--by", "张工"] };

Deno.test("yikatong audit says in one line what is wrong with its options", async () => {
  await using folder = await openCliFolder();
  const cases: readonly (readonly [string, RegExp])[] = [
    ["archive", /要有 --before <2026-11>/],
    ["archive --before 2026-13 --out x --by a", /要有 --before/],
    ["archive --before 2026-11 --by a", /要有 --out <文件夹>/],
    ["archive --before 2026-11 --out x", /缺少 --by <姓名>/],
    ["archive --everything", /everything/],
    ["drop", /要有 --month <2026-05>/],
    ["drop --month 2026-05 --by a", /要有 --archive <文件>/],
    ["drop --month 2026-05 --archive x", /缺少 --by <姓名>/],
    ["verify --pack x --from 2026-01-01", /--pack 不和 --config、--from、--to、--no-tags 同用/],
    ["verify --from yesterday", /时间 "yesterday" 无效：应为 2026-11-01/],
    ["continue --reason 数据库改过 --by a", /要有 --stream <流编号\|all>/],
    ["continue --stream all --reason 短 --by a", /要有 --reason，4 至 500 个字/],
    ["continue --stream all --reason 数据库改过", /缺少 --by <姓名>/],
    ["checkpoint --number 0", /号码 "0" 无效：应为正整数/],
    ["checkpoint --countersignature x", /要和 --number、--counter-key、--party、--by 同用/],
  ];
  for (const [line, text] of cases) told(await folder.run(["audit", ...line.split(" ")]), 2, text);
});

Deno.test("R-SEC-02: archive, check the file, drop by two people: every step by command", async () => {
  await using folder = await openCliFolder();
  await using provider = await configured(folder);
  await openFilled(folder, provider);
  const run = (...args: readonly string[]) => folder.run(["audit", ...args, ...AUDIT.config]);
  const archive = (...more: readonly string[]) =>
    run("archive", "--before", "2023-09", "--out", "archive", ...AUDIT.by, ...more);
  const month = "2023-06";
  const file = `archive/audit-${month}.zip`;

  told(
    await run("archive", "--before", "2023-09", "--out", "nowhere", ...AUDIT.by),
    1,
    /目录 "nowhere" 不存在，请先建立/,
  );
  const done = await archive();
  told(
    done,
    0,
    /^archive\/audit-2023-06\.zip {2}60 条 {2}SM3 [0-9a-f]{64}\n.*2023-07.*\n.*2023-08/m,
  );
  told(await archive(), 0, /^没有要归档的月份$/m);
  const names = await Array.fromAsync(Deno.readDir(`${folder.path}/archive`));
  assert.deepEqual(names.map(({ name }) => name).sort(), [
    "audit-2023-06.zip",
    "audit-2023-07.zip",
    "audit-2023-08.zip",
  ]);

  const pack = (...more: readonly string[]) => folder.run(["audit", "verify", "--pack", ...more]);
  told(await pack(file), 0, /校验了 60 条记录.*包前后一致；只用了包里的公钥/s);
  told(await pack("none.zip"), 1, /不能读取 "none.zip"/);
  await folder.write("no.zip", "no zip at all");
  told(await pack("no.zip"), 1, /"no.zip" 不是可以校验的 ZIP 文件/);

  const drop = (path = file) => run("drop", "--month", month, "--archive", path, ...AUDIT.by);
  told(await drop("archive/audit-2023-07.zip"), 1, /归档文件与记录的 SM3 不同/);
  told(await drop("none.zip"), 1, /"none.zip"/);
  told(await drop(), 1, /没有删除申请：由审计管理员在控制台申请/);
  const person = () => ({ actor: shellActor("test"), accountId: newId(new Date()) });
  const policyDays = () => Promise.resolve(184);
  const asked = (work: (deps: DeleteMonthDeps) => Promise<void>) =>
    inDatabase(folder, async (db) => {
      const { audit } = await openTrail(db, { provider, start: SYSTEM_CLOCK.now() });
      await work({ db, clock: SYSTEM_CLOCK, provider, audit, policyDays });
    });
  await asked((deps) => requestDeletion(deps, person(), { month, reason: "到期" }));
  told(await drop(), 1, /删除申请还没有第二个人确认/);
  await asked((deps) => confirmDeletion(deps, person(), month));
  told(
    await run("drop", "--month", "2023-07", "--archive", "archive/audit-2023-07.zip", ...AUDIT.by),
    1,
    /更早的归档月份还没有删除：从最早的开始/,
  );
  told(await drop(), 0, /已删除 2023-06 的 60 条审计记录；以后的校验从归档的末尾接着/);
  told(await drop(), 1, /删除申请/);
  await inDatabase(
    folder,
    async (db) => await (await openTrail(db, { provider, start: SYSTEM_CLOCK.now() })).link(),
  );
  told(await run("verify"), 0, /结论：审计链完好/);
});

Deno.test("R-SEC-02: a broken chain is named, gone on with, and archived with its break", async () => {
  await using folder = await openCliFolder();
  await using provider = await configured(folder);
  await openFilled(folder, provider);
  const run = (...args: readonly string[]) => folder.run(["audit", ...args, ...AUDIT.config]);
  const go = () => run("continue", "--stream", "all", "--reason", "数据库改过一行", ...AUDIT.by);
  const archive = (...more: readonly string[]) =>
    run("archive", "--before", "2023-07", "--out", "archive", ...AUDIT.by, ...more);
  told(await go(), 1, /审计链完好，不需要续链/);
  const row = await inDatabase(folder, async (db) => {
    const link = await db.selectFrom("audit_link").selectAll().where("n", "=", 7n).limit(1)
      .executeTakeFirstOrThrow();
    await sql`update audit_event set result = 'failed' where id = ${link.event_id}`.execute(db);
    return link;
  });
  const named = new RegExp(`内容被改：机构流 ${row.stream_id}，第 7 条，事件 ${row.event_id}`);
  told(await run("verify"), 1, named);
  told(await archive(), 1, /没有归档：这个月的审计链有断点，没有续链记录说明它/);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${folder.path}/archive`)), []);
  told(await go(), 0, /已写入第 1 号续链记录。当时的断点/);
  told(await run("verify"), 1, /断点之后人工续链：.*经手 "张工"/);
  told(await archive(), 1, /已有续链记录说明。确认后加 --with-breaks/);
  told(await archive("--with-breaks"), 0, /清单写明：内容被改/);
  const pack = await folder.run(["audit", "verify", "--pack", "archive/audit-2023-06.zip"]);
  told(pack, 1, /归档时写明的断点/);
  assert.match(pack.stderr, named, "the row is named offline too");
});

async function appears(folder: string, name: RegExp): Promise<void> {
  const watcher = Deno.watchFs(folder);
  const there = await Array.fromAsync(Deno.readDir(folder));
  if (there.some((entry) => name.test(entry.name))) return watcher.close();
  for await (const { paths } of watcher) {
    if (paths.some((path) => name.test(path.slice(path.lastIndexOf("/") + 1)))) break;
  }
}

Deno.test("Ctrl-C ends an archive with 130 and leaves nothing half written", async () => {
  await using folder = await openCliFolder();
  await using provider = await configured(folder);
  await openFilled(folder, provider);
  const args = ["audit", "archive", "--before", "2023-09", "--out", "archive"];
  for (
    const [watched, name] of [[`${folder.path}/data`, /^\.in_use$/], [
      `${folder.path}/archive`,
      /\.zip\.partial$/,
    ]] as const
  ) {
    const child = folder.start([...args, ...AUDIT.by, ...AUDIT.config]);
    const output = child.output();
    await child.stdin.close();
    await appears(watched, name);
    child.kill("SIGINT");
    const { code, stderr } = await output;
    const said = new TextDecoder().decode(stderr);
    const entries = await Array.fromAsync(Deno.readDir(`${folder.path}/archive`));
    const names = entries.map(({ name }) => name);
    assert.deepEqual(names.filter((name) => name.endsWith(".partial")), [], said);
    assert.equal(code, INTERRUPTED, said);
    assert.match(said, /已中断/);
    for (const name of names) {
      const whole = await folder.run(["audit", "verify", "--pack", `archive/${name}`]);
      assert.equal(whole.code, 0, whole.stderr);
    }
  }
  const events = await inDatabase(
    folder,
    (db) =>
      db.selectFrom("audit_event").select(["kind", "reason"])
        .where("kind", "like", "audit.archive%").execute(),
  );
  const begun = events.filter(({ kind }) => kind === "audit.archive_started");
  const ended = events.filter(({ reason }) => reason === "interrupted");
  assert.ok(begun.length > 0);
  assert.equal(ended.length, begun.length, "what was begun has its end");
});
