/** An export as the console's viewer fetches it, out of a process that has the platform's code. */
import "../../cli/serve.ts";
import { systemActor } from "../../server/modules/audit/actor.ts";
import { startExport } from "../../server/modules/audit/viewer/export/start_export.ts";
import { streamExport } from "../../server/modules/audit/viewer/export/stream_export.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { openServerDatabase } from "../../server/platform/db.ts";
import { sql } from "kysely";
import type { Tables } from "../../server/schema.ts";
import { createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { print } from "../figures.ts";
import { trailProvider } from "./long_trail.ts";

const ACCOUNT = "00000000-0000-7000-8000-00000000000a";
const DAYS = 30;
const DAY_MS = 24 * 3_600_000;

const [url = "", form = "csv", file = ""] = Deno.args;
const db = openServerDatabase<Tables>({ url, poolSize: 4 });
await using provider = await trailProvider(Deno.cwd());
const deps = {
  db,
  clock: SYSTEM_CLOCK,
  audit: createAuditWriter({ clock: SYSTEM_CLOCK, provider }),
  findPatientId: () => Promise.resolve(null),
  organisationNames: () => Promise.resolve(new Map<string, string>()),
};
const exporter = { actor: systemActor("bench"), accountId: ACCOUNT };
const filter = { from: new Date(Date.now() - DAYS * DAY_MS).toISOString() };
const asked = { filter, form: form === "xlsx" ? "xlsx" : "csv" } as const;
const { id } = await startExport(deps, exporter, asked);
// The bench's streams stand in no tree.
const organisations = sql<string>`(select distinct stream_id from audit_head)`;
const streams = { organisations, platform: true };
const { bytes } = await streamExport(deps, { id, exporter, streams });
await using written = await Deno.open(file, { write: true, create: true, truncate: true });
await bytes.pipeTo(written.writable, { preventClose: true });
const row = await db.selectFrom("audit_export").select("row_count").where("id", "=", id)
  .executeTakeFirstOrThrow();
print(`${form}: ${row.row_count} rows`);
await db.destroy();
