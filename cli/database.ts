import type { Kysely } from "kysely";
import { openPglite, openServerDatabase, wrapEmbeddedDatabase } from "../server/platform/db.ts";
import type { DatabaseProduct } from "../server/platform/database_product/product.ts";
import { lookAtDatabase } from "../server/platform/database_product/look.ts";
import { refusalsOf } from "../server/platform/database_product/refusals.ts";
import type { Config } from "../server/platform/config.ts";
import { reasonOf } from "../server/platform/errors.ts";
import type { Tables } from "../server/schema.ts";
import { StartError } from "./command.ts";
import { databaseTrouble } from "./database_trouble.ts";
import { claimFolder } from "./dev/data_folder.ts";

/** The database a configuration names, for a command of its own; an embedded one is claimed first. */
export async function openConfigured(
  config: Pick<Config, "database" | "data_dir">,
  pool: number,
): Promise<{ readonly db: Kysely<Tables> } & AsyncDisposable> {
  const { url } = config.database;
  const claim = url === undefined ? await claimFolder(config.data_dir, { reset: false }) : null;
  const db = url === undefined
    ? await openDatabase({ url, folder: `${config.data_dir}/database`, pool })
    : openConfiguredServer(config.database, url, pool);
  if (url !== undefined) await requireFit(db, config.database.product, url);
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      claim?.[Symbol.dispose]();
    },
  };
}

/** Nothing is asked of it yet. */
export function openConfiguredServer(
  { product, allow_md5: allowMd5 }: Config["database"],
  url: string,
  poolSize: number,
): Kysely<Tables> {
  return openServerDatabase<Tables>({ url, poolSize, product, allowMd5 });
}

/**
 * A server is connected to at the first query only; the operator hears of it before. What would
 * quietly change the data, such as '' for NULL, is no database for us.
 */
async function requireFit(
  db: Kysely<Tables>,
  product: DatabaseProduct,
  url: string,
): Promise<void> {
  try {
    const refusals = refusalsOf(await lookAtDatabase(db), product);
    if (refusals.length > 0) throw new StartError(`数据库不能使用：\n  ${refusals.join("\n  ")}`);
  } catch (thrown) {
    await db.destroy();
    throw thrown instanceof StartError ? thrown : databaseTrouble(url, thrown);
  }
}

/** Opens the server `url` names, or the embedded database in `folder`. */
export async function openDatabase(
  options: { readonly url: string | undefined; readonly folder: string; readonly pool: number },
): Promise<Kysely<Tables>> {
  if (options.url !== undefined) {
    return openServerDatabase<Tables>({ url: options.url, poolSize: options.pool });
  }
  try {
    return wrapEmbeddedDatabase<Tables>(await openPglite(options.folder));
  } catch (thrown) {
    throw new StartError(
      `数据目录 "${options.folder}" 打不开，可能已损坏：${reasonOf(thrown)}。` +
        "演示数据可以用 --reset 重新生成。",
    );
  }
}
