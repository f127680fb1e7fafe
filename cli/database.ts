import type { Kysely } from "kysely";
import {
  askServer,
  openPglite,
  openServerDatabase,
  wrapEmbeddedDatabase,
} from "../server/platform/db.ts";
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
  const db = await openDatabase({ url, folder: `${config.data_dir}/database`, pool });
  if (url !== undefined) await requireAnswer(db, url);
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      claim?.[Symbol.dispose]();
    },
  };
}

/** A server is connected to at the first query only; the operator hears of it before. */
async function requireAnswer(db: Kysely<Tables>, url: string): Promise<void> {
  try {
    await askServer(db);
  } catch (thrown) {
    await db.destroy();
    throw databaseTrouble(url, thrown);
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
