import type { Kysely } from "kysely";
import { openPglite, openServerDatabase, wrapEmbeddedDatabase } from "../server/platform/db.ts";
import { reasonOf } from "../server/platform/errors.ts";
import type { Tables } from "../server/schema.ts";
import { StartError } from "./command.ts";

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
