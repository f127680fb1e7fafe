import assert from "node:assert/strict";
import { type Kysely, sql } from "kysely";
import { openServerDatabase } from "../../server/platform/db.ts";
import type { Tables } from "../../server/schema.ts";
import type { World } from "../world.ts";

/** Of a look at the server's locks; each takes a millisecond or more. */
const LOOKS_MAX = 20_000;

interface Held {
  readonly letGo: () => Promise<void>;
}

/** Stops whoever writes to this table, from a connection of its own; readers go on. */
export async function holdTable(world: World, table: keyof Tables): Promise<Held> {
  return await hold(
    world,
    (db) => sql`lock table ${sql.table(table)} in exclusive mode`.execute(db),
  );
}

/** Stops whoever locks a row of this table that the account has. */
export async function holdRowsOf(
  world: World,
  { table, accountId }: { readonly table: keyof Tables; readonly accountId: string },
): Promise<Held> {
  return await hold(
    world,
    (db) =>
      sql`select 1 from ${sql.table(table)} where account_id = ${accountId} for update`.execute(db),
  );
}

async function hold(
  world: World,
  lock: (db: Kysely<unknown>) => Promise<unknown>,
): Promise<Held> {
  assert.ok(world.own.url);
  const db = openServerDatabase<unknown>({ url: world.own.url, poolSize: 1 });
  const locked = Promise.withResolvers<void>();
  const enough = Promise.withResolvers<void>();
  const holding = db.transaction().execute(async (tx) => {
    await lock(tx);
    locked.resolve();
    await enough.promise;
  });
  await locked.promise;
  return {
    async letGo() {
      enough.resolve();
      await holding;
      await db.destroy();
    },
  };
}

/** Until so many transactions of this database wait for another one. */
export async function waiting(db: Kysely<Tables>, count: number): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    const { rows: [row] } = await sql<{ n: number }>`
      select cast(count(*) as integer) as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
    if ((row?.n ?? 0) >= count) return;
  }
  throw new Error(`Cannot see ${count} transactions wait`);
}
