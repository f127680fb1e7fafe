import { type Kysely, sql, type Transaction } from "kysely";
import { createHash } from "node:crypto";
import { profileOf } from "./database_product/product.ts";
import { SCHEMA_LOCK } from "./partitions.ts";

export interface MigrateResult {
  readonly applied: readonly string[];
}

/**
 * Applies frozen SQL in the order of its names, each migration in its own transaction under one
 * lock, so that any number of processes may start together. A migration that was changed after it
 * was applied stops the start.
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  migrations: Readonly<Record<string, string>>,
): Promise<MigrateResult> {
  const applied: string[] = [];
  for (const name of Object.keys(migrations).sort()) {
    const text = migrations[name] ?? "";
    const isNew = await db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(${SCHEMA_LOCK})`.execute(tx);
      return await applyOne(tx, name, text);
    });
    if (isNew) applied.push(name);
  }
  return { applied };
}

async function applyOne<Tables>(
  tx: Transaction<Tables>,
  name: string,
  text: string,
): Promise<boolean> {
  await sql`create table if not exists schema_migration (
    name text primary key, digest text not null, applied_at timestamptz not null)`.execute(tx);
  const digest = createHash("sha256").update(text).digest("hex");
  const { rows: [known] } = await sql<{ digest: string }>`
    select digest from schema_migration where name = ${name}`.execute(tx);
  if (known && known.digest !== digest) {
    throw new Error(`Cannot migrate: "${name}" was changed after it was applied`);
  }
  if (known) return false;
  const { hasPartitions } = profileOf(tx);
  for (const statement of statementsOf(text)) {
    await sql.raw(hasPartitions ? statement : withoutPartitions(statement)).execute(tx);
  }
  await sql`insert into schema_migration (name, digest, applied_at)
    values (${name}, ${digest}, current_timestamp)`.execute(tx);
  return true;
}

/** Splits frozen SQL at semicolons that end a line; our migrations hold no function bodies. */
export function statementsOf(text: string): string[] {
  return text.replace(/^\s*--.*$/gm, "").split(/;\s*$/m).map((part) => part.trim())
    .filter((part) => part !== "");
}

/** The same table in one piece, where PostgreSQL's way to divide it is not known. */
export function withoutPartitions(statement: string): string {
  return statement.replace(/\)\s*partition by range \(\w+\)$/, ")");
}
