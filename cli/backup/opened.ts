import { Kysely } from "kysely";
import type { Engine } from "../../crypto/engine.ts";
import type { BackupSettings } from "../../server/platform/backup_settings.ts";
import { type BackupConfig, loadBackupConfig } from "../../server/platform/config.ts";
import { serverDialect } from "../../server/platform/server_dialect.ts";
import type { Tables } from "../../server/schema.ts";
import { StartError } from "../command.ts";
import { databaseTrouble } from "../database_trouble.ts";
import { fileTrouble } from "../files/trouble.ts";
import { openEngine } from "../sm/engine.ts";
import { askReady } from "./store.ts";

/** What every backup command has: its settings, and cryptography that needs no secret. */
export interface OpenedBackup extends Disposable {
  readonly config: BackupConfig;
  readonly settings: BackupSettings;
  readonly engine: Engine;
}

export async function openBackup(file: string | undefined): Promise<OpenedBackup> {
  const config = await loadBackupConfig(file);
  if (!config.backup) throw new StartError("配置里没有 [backup] 一节：见运维手册“备份和恢复”");
  const engine = openEngine();
  return {
    config,
    settings: config.backup,
    engine,
    [Symbol.dispose]: () => engine[Symbol.dispose](),
  };
}

/** Throws StartError: an embedded database is a demo's, and is copied as files. */
export function sourceUrl({ settings, config }: OpenedBackup): string {
  const url = settings.database_url ?? config.database.url;
  if (url !== undefined) return url;
  throw new StartError(
    "没有数据库地址：写 backup.database_url 或 database.url（内嵌数据库只用于演示，停止后复制数据目录即可）",
  );
}

/** Counting whole tables takes its time. */
const STATEMENT_MS_MAX = 3_600_000;

export interface Source extends AsyncDisposable {
  readonly url: string;
  readonly db: Kysely<Tables>;
}

/** The database that is backed up, with one connection; throws StartError when it does not answer. */
export async function openSource(opened: OpenedBackup): Promise<Source> {
  const url = sourceUrl(opened);
  const db = new Kysely<Tables>({
    dialect: serverDialect({
      url,
      poolSize: 1,
      product: opened.config.database.product,
      allowMd5: opened.config.database.allow_md5,
      statementTimeoutMs: STATEMENT_MS_MAX,
    }),
  });
  try {
    await askReady(db);
  } catch (thrown) {
    await db.destroy();
    throw databaseTrouble(url, thrown);
  }
  return { url, db, [Symbol.asyncDispose]: () => db.destroy() };
}

const PRIVATE_MODE = 0o700;

export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: PRIVATE_MODE });
  } catch (thrown) {
    throw fileTrouble("不能建立目录", path, thrown);
  }
}

/** One command at a time makes or removes backups in a folder; throws StartError for the second. */
export async function claimBackups({ folder }: BackupSettings): Promise<Disposable> {
  return await claim(`${folder}/.in_use`, `备份目录 "${folder}" 正被另一个备份命令使用：等它结束`);
}

export async function claim(path: string, taken: string): Promise<Disposable> {
  await makeFolder(path.slice(0, path.lastIndexOf("/")));
  let lock: Deno.FsFile;
  try {
    lock = await Deno.open(path, { create: true, write: true, mode: 0o600 });
  } catch (thrown) {
    throw fileTrouble("不能写入", path, thrown);
  }
  if (await lock.tryLock(true)) return lock;
  lock.close();
  throw new StartError(taken);
}
