import { Kysely, PGliteDialect, sql } from "kysely";
import { ensurePartitions } from "../../../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../../../server/schema.ts";
import { openTemplateCopy } from "../../db_template.ts";
import { seedCity } from "../../../cli/dev/seed_city.ts";
import { buildCity } from "../../../sandbox/city/build_city.ts";
import { testAudit } from "../../audit.ts";
import type { WrapDialect } from "../../db.ts";
import { PreparedQueries } from "../../prepared_queries.ts";
import { testRowTags } from "../../sealer.ts";
import { START, TestClock } from "../../world.ts";
import { Busy } from "./virtual_time.ts";

/** The city is older than what happens in it. */
const SEED_LEAD_MS = 1_000;
/** Runs take place at ends of months up to the new year. */
const LAST_MONTH = new Date("2026-12-31T00:00:00Z");

/**
 * One embedded database with a city in it for any number of runs: opening one takes longer than
 * many visits. What a run writes is taken out before the next.
 */
export interface ReusedDatabase extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  /** With its queries. */
  readonly busy: Busy;
  /** One more process's way to it. */
  connect(wrap: WrapDialect): Kysely<Tables>;
  clear(): Promise<void>;
}

export async function openReusedDatabase(): Promise<ReusedDatabase> {
  const busy = new Busy();
  const pglite = new PreparedQueries(await openTemplateCopy(START));
  const connect = (wrap: WrapDialect) =>
    new Kysely<Tables>({ dialect: wrap(new PGliteDialect({ pglite })) });
  const db = connect((dialect) => dialect);
  await ensurePartitions(db, PARTITIONED, LAST_MONTH);
  const clock = new TestClock(new Date(START.getTime() - SEED_LEAD_MS));
  await seedCity({ db, clock, audit: testAudit(clock), rowTags: testRowTags() }, buildCity());
  const seeded = new Set(await filledTables(db));
  return {
    db,
    busy,
    connect,
    async clear() {
      const filled = (await filledTables(db)).filter((name) => !seeded.has(name) || isRuns(name));
      if (filled.length === 0) return;
      await sql`truncate ${sql.join(filled.map((name) => sql.table(name)))} cascade`.execute(db);
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

/** What seeding writes, too, and no run needs. */
function isRuns(table: string): boolean {
  return table.startsWith("audit_") || table.startsWith("setting");
}

/** Tables and partitions that hold rows. */
async function filledTables(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and pg_relation_size(c.oid) > 0
    order by c.relname`.execute(db);
  return rows.map(({ name }) => name);
}
