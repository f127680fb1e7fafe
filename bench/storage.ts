/**
 * What a paid visit leaves in PostgreSQL: bytes of tables and indexes, and of WAL that a receiver
 * takes: `deno run -A bench/storage.ts [--seconds N]`. No limit; docs/部署手册.md reckons with it.
 */
import { parseArgs } from "node:util";
import { sql } from "kysely";
import { openServerDatabase } from "../server/platform/db.ts";
import { print, table } from "./figures.ts";
import { saturate } from "./load/run_load.ts";
import { openStage } from "./stage/stage.ts";

const CLIENTS = 8;
const WARM_SECONDS = 15;
const LARGEST = 12;
/** The worker's part: events handed on, audit linked, answers of parties stored. */
const SETTLE_MS = 15_000;

type Reader = ReturnType<typeof openServerDatabase<unknown>>;

interface Stored {
  readonly bytes: number;
  readonly wal: number;
  readonly orders: number;
  readonly tables: ReadonlyMap<string, number>;
}

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
await measure(Number(values.seconds));

async function measure(seconds: number): Promise<void> {
  await using stage = await openStage();
  await using _platform = await stage.startPlatform();
  const db = openServerDatabase<unknown>({ url: stage.database.url, poolSize: 1 });
  try {
    print(`· the first patients of the city, for ${WARM_SECONDS} s`);
    await saturate(stage, { clients: CLIENTS, seconds: WARM_SECONDS, serialFrom: 1_000_000 });
    const before = await stored(db);
    print(`· visits for ${seconds} s`);
    await saturate(stage, { clients: CLIENTS, seconds, serialFrom: 2_000_000 });
    report(before, await stored(db));
  } finally {
    await db.destroy();
  }
}

/** Vacuumed, so that rows which an update left behind are free again, as they are in the long run. */
async function stored(db: Reader): Promise<Stored> {
  await new Promise((resume) => setTimeout(resume, SETTLE_MS));
  await sql`vacuum`.execute(db);
  const { rows: [whole] } = await sql<{ bytes: bigint; wal: string; orders: bigint }>`
    select pg_database_size(current_database()) as bytes,
      pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal,
      (select count(*) from checkout_order where state = 'completed') as orders`.execute(db);
  const { rows } = await sql<{ name: string; bytes: bigint }>`
    select regexp_replace(relname, '_[0-9]{4}_?[0-9]{2}$', '') as name,
      sum(pg_total_relation_size(oid)) as bytes
    from pg_class where relkind = 'r' group by 1`.execute(db);
  return {
    bytes: Number(whole?.bytes),
    wal: Number(whole?.wal),
    orders: Number(whole?.orders),
    tables: new Map(rows.map(({ name, bytes }) => [name, Number(bytes)])),
  };
}

function report(before: Stored, after: Stored): void {
  const visits = after.orders - before.orders;
  const each = (bytes: number) => `${(bytes / visits / 1_000).toFixed(1)} KB`;
  const grown = [...after.tables]
    .map(([name, bytes]) => ({ name, bytes: bytes - (before.tables.get(name) ?? 0) }))
    .sort((left, right) => right.bytes - left.bytes)
    .slice(0, LARGEST);
  print(`\n${visits} visits completed\n`);
  print(table(["a visit", "stored"], [
    ["database", each(after.bytes - before.bytes)],
    ["WAL, with full page writes", each(after.wal - before.wal)],
    ...grown.map(({ name, bytes }) => [`  ${name}`, each(bytes)]),
  ]));
}
