import type { Kysely } from "kysely";
import { openServerDatabase } from "../../server/platform/db.ts";
import type { Tables } from "../../server/schema.ts";

/** A connection of its own: the last one may have gone with its server. */
export async function withDatabase<Value>(
  url: string,
  work: (db: Kysely<Tables>) => Promise<Value>,
): Promise<Value> {
  const db = openServerDatabase<Tables>({ url, poolSize: 1 });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
