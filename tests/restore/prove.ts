import { parseArgs } from "node:util";
import { sql } from "kysely";
import { developmentKeys } from "../../cli/dev/development_keys.ts";
import { createStore } from "../../cli/key/store_file.ts";
import { countGrowing } from "../../cli/backup/store.ts";
import { createAuditJobs } from "../../server/modules/audit/jobs.ts";
import { say } from "../../tools/say.ts";
import { type BackupFolder, openBackupFolder } from "../backup_folder.ts";
import type { CliRun } from "../cli.ts";
import { databaseFolder, queryCluster, untilStreaming } from "../restored_cluster.ts";
import { TEST_KEYS_SECRET } from "../sealer.ts";
import { openWorld, type World } from "../world.ts";
import { payVisits } from "./pay_visits.ts";

/**
 * `deno task prove:restore [--rows N]`: a seeded city pays, is backed up, pays on while its WAL is
 * received, is drilled, killed and restored. Prints the figures of docs/运维手册.md; exit code 1
 * when a row is lost or a check fails.
 */

const ROWS = 200_000;
const COMMITS = 50;

interface Figure {
  readonly what: string;
  readonly value: string;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: { rows: { type: "string", default: String(ROWS) } },
  });
  const worlds: World[] = [];
  await using folder = await openBackupFolder(async ({ url }) => {
    const world = await openWorld({ databaseServer: { url, through: url } });
    worlds.push(world);
    return { ...world.own, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
  });
  const [world] = worlds;
  if (!world) throw new Error("Cannot prove a restore without a city");
  await withKeys(folder);
  const figures = await prove(folder, world, Number(values.rows));
  for (const { what, value } of figures) await say(`| ${what} | ${value} |`);
  return 0;
}

async function prove(folder: BackupFolder, world: World, rows: number): Promise<Figure[]> {
  const { own: { db } } = folder;
  using clusters = await databaseFolder();
  await fill(folder, rows);
  const before = await payVisits(world);
  await link(world);
  const physical = await timed(() => folder.run("backup", "physical", "--by", "prove"));
  const logical = await timed(() => folder.run("backup", "logical", "--by", "prove"));
  const receiver = folder.start("backup", "receive-wal");
  await untilStreaming(db);
  await sql`alter system set synchronous_standby_names = 'yikatong_wal'`.execute(db);
  await sql`select pg_reload_conf()`.execute(db);
  const after = await payVisits(world);
  await link(world);
  for (let n = 0; n < COMMITS; n++) {
    await sql`insert into probe (n, filler) values (${rows + n}, 'committed')`.execute(db);
  }
  const drill = await folder.run(
    "restore",
    "--drill",
    "--key",
    "institution.pem",
    "--by",
    "prove",
  );
  requireGood(drill);
  const counts = await countGrowing(db);
  const bytes = await sizeOf(folder);
  await folder.server.crash();
  receiver.kill("SIGTERM");
  await receiver.output();
  await receiver.stdin.close().catch(() => {});
  const into = `${clusters.path}/restored`;
  const restored = await timed(() =>
    folder.run("restore", "--key", "institution.pem", "--into", into)
  );
  const lost = await lostRows(folder, into, [
    ...counts,
    { table: "probe", rows: rows + COMMITS },
  ]);
  if (lost > 0) throw new Error(`Cannot call it restored: ${lost} rows are missing`);
  await folder.server.startAgain();
  await sql`alter system reset synchronous_standby_names`.execute(db);
  await sql`select pg_reload_conf()`.execute(db);
  return [
    { what: "数据库", value: `${(bytes / 1_000_000).toFixed(0)} MB，${before + after} 次就诊付款` },
    { what: "物理备份（连同启动）", value: `${physical.seconds} 秒` },
    { what: "逻辑备份（连同启动）", value: `${logical.seconds} 秒` },
    ...["RTO", "RPO", "账目", "审计链", "密钥库"].map((name) => ({
      what: `演练 ${name}`,
      value: lineOf(drill, name),
    })),
    { what: "杀死后恢复（连同启动、停机）", value: `${restored.seconds} 秒` },
    { what: "杀死前已提交、恢复后缺少的行", value: String(lost) },
  ];
}

async function withKeys(folder: BackupFolder): Promise<void> {
  const { path } = folder.cli;
  await folder.cli.write("password", "correct horse\n");
  await createStore(`${path}/keys`, `${path}/password`, developmentKeys(TEST_KEYS_SECRET));
  await folder.config(`
[crypto]
allow_software_private_keys = true
key_store = "${path}/keys"
key_store_password_file = "${path}/password"
`);
}

/** Some weight beside the city's rows. */
async function fill({ own: { db } }: BackupFolder, rows: number): Promise<void> {
  await sql`create table probe (n int primary key, filler text not null)`.execute(db);
  await sql`insert into probe (n, filler)
    select n, md5(cast(n as text)) || md5(cast(-n as text)) || repeat('x', 100)
    from generate_series(0, cast(${rows - 1} as int)) as n`.execute(db);
}

async function link(world: World): Promise<void> {
  const { services } = world;
  world.clock.advance(60_000);
  const jobs = createAuditJobs({ ...services.platform, ...services, anchors: null });
  await jobs.link();
  world.clock.advance(60_000);
  await jobs.sign();
}

async function timed(work: () => Promise<CliRun>): Promise<{ readonly seconds: string }> {
  const from = performance.now();
  requireGood(await work());
  return { seconds: ((performance.now() - from) / 1_000).toFixed(1) };
}

function requireGood({ code, text, stderr }: CliRun): void {
  if (code !== 0) throw new Error(`Cannot go on: exit code ${code}\n${text}${stderr}`);
}

function lineOf({ text }: CliRun, name: string): string {
  return new RegExp(`^${name} +(.*)$`, "m").exec(text)?.[1] ?? "";
}

async function sizeOf({ own: { db } }: BackupFolder): Promise<number> {
  const { rows: [row] } = await sql<{ bytes: bigint }>`
    select pg_database_size(current_database()) as bytes`.execute(db);
  return Number(row?.bytes ?? 0n);
}

async function lostRows(
  folder: BackupFolder,
  into: string,
  counts: readonly { readonly table: string; readonly rows: number }[],
): Promise<number> {
  const database = new URL(folder.own.url ?? "").pathname.slice(1);
  let lost = 0;
  for (const { table, rows } of counts) {
    const text = await queryCluster(into, database, `select count(*) as n from ${table}`);
    lost += Math.max(0, rows - Number(/n = "(\d+)"/.exec(text)?.[1] ?? 0));
  }
  return lost;
}

if (import.meta.main) Deno.exit(await main());
