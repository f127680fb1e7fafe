/**
 * Exports of a million audit events as CSV and XLSX from PostgreSQL, each in a process of its own:
 * `deno run -A bench/audit_export.ts [--events N]`. See README.md.
 */
import { parseArgs } from "node:util";
import { sql } from "kysely";
import { systemActor } from "../server/modules/audit/actor.ts";
import { startExport } from "../server/modules/audit/viewer/export/start_export.ts";
import { streamExport } from "../server/modules/audit/viewer/export/stream_export.ts";
import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { openServerDatabase } from "../server/platform/db.ts";
import { MIGRATIONS } from "../server/migrations/list.ts";
import { migrate } from "../server/platform/migrate.ts";
import { ensurePartitions } from "../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../server/schema.ts";
import { testAudit } from "../tests/audit.ts";
import { print, table } from "./figures.ts";
import { startDurablePostgres } from "./stage/durable_postgres.ts";

/** Issue 5, "Speed". */
const SECONDS_MAX = 60;
const RSS_MB_MAX = 300;

const SAMPLE_MS = 100;
const ACCOUNT = "00000000-0000-7000-8000-00000000000a";

const { values } = parseArgs({
  args: [...Deno.args],
  options: {
    events: { type: "string", default: "1000000" },
    url: { type: "string" },
    form: { type: "string" },
  },
});
if (values.url === undefined) await measure(Number(values.events));
else await exportOnce(values.url, values.form === "xlsx" ? "xlsx" : "csv");

async function measure(events: number): Promise<void> {
  print("· starting PostgreSQL");
  await using database = await startDurablePostgres();
  print(`· writing ${events} events`);
  await fill(database.url, events);
  const rows: string[][] = [];
  for (const form of ["csv", "xlsx"]) {
    print(`· exporting as ${form}`);
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", import.meta.filename ?? "", `--url=${database.url}`, `--form=${form}`],
      stderr: "inherit",
    }).output();
    rows.push(
      JSON.parse(new TextDecoder().decode(output.stdout).trim().split("\n").at(-1) ?? "[]"),
    );
  }
  print("");
  print(
    table(["form", "events", "MB", `seconds (≤ ${SECONDS_MAX})`, `RSS MB (≤ ${RSS_MB_MAX})`], rows),
  );
}

/** Of a stream's events only their shape counts here: their tags are not checked by an export. */
async function fill(url: string, events: number): Promise<void> {
  const db = openServerDatabase<Tables>({ url, poolSize: 1 });
  try {
    const now = SYSTEM_CLOCK.now();
    await migrate(db, MIGRATIONS);
    await ensurePartitions(db, PARTITIONED, now);
    const PART = 100_000;
    for (let from = 0; from < events; from += PART) {
      const count = Math.min(PART, events - from);
      const since = now.getTime() - 24 * 3_600_000 + from * 50;
      await sql`insert into audit_event
        select cast(lpad(to_hex(ms), 12, '0') || '7000' || lpad(to_hex(n), 16, '8') as uuid),
          to_timestamp(ms / 1000.0), cast('00000000-0000-0000-0000-000000000000' as uuid),
          'checkout.order_completed', 'succeeded', null, 'terminal',
          cast('019a8f3e-5c00-7abc-8def-0123456789ab' as uuid), '0001', null, null, '10.1.2.3',
          md5(cast(n as text)), '019a8f3e-5c00-7abc-8def-0123456789ab',
          cast('019a8f3e-5c00-7abc-8def-0123456789ab' as uuid),
          cast('019a8f3e-5c00-7abc-8def-0123456789ac' as uuid),
          cast('019a8f3e-5c00-7abc-8def-0123456789ad' as uuid),
          '{"cashFen":"4879","totalFen":"10000"}', decode(repeat('00', 32), 'hex')
        from (
          select n, cast(${since} as bigint) + n * 50 as ms
          from generate_series(1, cast(${count} as integer)) as n
        ) as made`.execute(db);
    }
    await sql`analyze audit_event`.execute(db);
  } finally {
    await db.destroy();
  }
}

async function exportOnce(url: string, form: "csv" | "xlsx"): Promise<void> {
  const db = openServerDatabase<Tables>({ url, poolSize: 4 });
  const deps = {
    db,
    clock: SYSTEM_CLOCK,
    audit: testAudit(),
    findPatientId: () => Promise.resolve(null),
    organisationNames: () => Promise.resolve(new Map<string, string>()),
  };
  const exporter = { actor: systemActor("bench"), accountId: ACCOUNT };
  const { id } = await startExport(deps, exporter, { filter: {}, form });
  const organisations = db.selectFrom("organisation").select("organisation.id").$asScalar();
  let peak = 0;
  const sampling = setInterval(() => peak = Math.max(peak, Deno.memoryUsage().rss), SAMPLE_MS);
  const started = performance.now();
  const streams = { organisations, platform: true };
  const file = await streamExport(deps, { id, exporter, streams });
  let bytes = 0;
  for await (const chunk of file.bytes) bytes += chunk.length;
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(sampling);
  const row = await db.selectFrom("audit_export").select("row_count").where("id", "=", id)
    .executeTakeFirstOrThrow();
  await db.destroy();
  print(JSON.stringify([
    form,
    String(row.row_count),
    (bytes / 1e6).toFixed(0),
    seconds.toFixed(1),
    (peak / 1e6).toFixed(0),
  ]));
}
