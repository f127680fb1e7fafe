/** A database with a long audit trail, and a configuration by which the commands find it. */
import { sql } from "kysely";
import { openKeyStore } from "../../crypto/key_store.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import type { Actor } from "../../server/modules/audit/actor.ts";
import { createChainer, linkAll } from "../../server/modules/audit/chain/link_events.ts";
import { makeCheckpoint } from "../../server/modules/audit/chain/make_checkpoint.ts";
import type { AuditEvent } from "../../server/modules/audit/event.ts";
import { createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { MIGRATIONS } from "../../server/migrations/list.ts";
import { openServerDatabase } from "../../server/platform/db.ts";
import { newId } from "../../server/platform/ids.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { migrate } from "../../server/platform/migrate.ts";
import { ensurePartitions } from "../../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../../server/schema.ts";
import { openCliFolder } from "../../tests/cli.ts";
import { requiredConfig } from "../../tests/required_config.ts";
import { startDurablePostgres } from "./durable_postgres.ts";

export interface LongTrail extends AsyncDisposable {
  readonly url: string;
  /** Of the server's main process. */
  readonly serverPid: number;
  /** Holds `config.toml`. */
  readonly folder: string;
  /** UTC days the events are of. */
  readonly from: Date;
  readonly to: Date;
}

const PASSWORD = "correct horse";
const DAYS = 20;
const DAY_MS = 24 * 3_600_000;
const STREAMS = 50;
/** Of one transaction. */
const BATCH_EVENTS = 500;
const LINK_EVERY_BATCHES = 20;

/** Written, tagged, linked and signed by the platform's own code. */
export async function openLongTrail(
  events: number,
  onProgress: (written: number) => void,
): Promise<LongTrail> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await openCliFolder());
  const { url, server } = stack.use(await startDurablePostgres());
  await folder.write("password", `${PASSWORD}\n`);
  const words = ["key", "store", "init", "--store", "keys", "--password-file", "password"];
  const made = await folder.run(words);
  if (made.code !== 0) throw new Error(made.stderr);
  await folder.write("config.toml", configText(folder.path, url));
  await using provider = await trailProvider(folder.path);
  const to = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
  const from = new Date(to.getTime() - DAYS * DAY_MS);
  await fill({ url, provider, from, to, events, onProgress });
  const keep = stack.move();
  return {
    url,
    serverPid: server.pid,
    folder: folder.path,
    from,
    to,
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  };
}

/** The keys of a trail's folder. */
export async function trailProvider(folder: string): Promise<SoftwareProvider> {
  const store = await Deno.readFile(`${folder}/keys`);
  const keys = openKeyStore(store, new TextEncoder().encode(PASSWORD));
  return new SoftwareProvider(portableEngine(), { name: "bench", keys });
}

function configText(folder: string, url: string): string {
  const crypto = {
    provider: "portable",
    key_store: `${folder}/keys`,
    key_store_password_file: `${folder}/password`,
    allow_software_private_keys: true,
  };
  return Object.entries({ ...requiredConfig(), database: { url }, crypto }).map(([name, fields]) =>
    `[${name}]\n${
      Object.entries(fields ?? {}).map(([field, value]) => `${field} = ${JSON.stringify(value)}`)
        .join("\n")
    }\n`
  ).join("");
}

interface Fill {
  readonly url: string;
  readonly provider: SoftwareProvider;
  readonly from: Date;
  readonly to: Date;
  readonly events: number;
  readonly onProgress: (written: number) => void;
}

async function fill({ url, provider, from, to, events, onProgress }: Fill): Promise<void> {
  const db = openServerDatabase<Tables>({ url, poolSize: 2 });
  try {
    await migrate(db, MIGRATIONS);
    for (const month of [from, to]) await ensurePartitions(db, PARTITIONED, month);
    let now = from;
    const deps = { db, provider, clock: { now: () => now } };
    const audit = createAuditWriter(deps);
    const chainer = createChainer({ ...deps, audit, log: SILENT_LOG });
    const streams = Array.from({ length: STREAMS }, () => newId(from));
    const stepMs = (to.getTime() - from.getTime()) / (events / BATCH_EVENTS);
    for (let batch = 0; batch * BATCH_EVENTS < events; batch++) {
      now = new Date(from.getTime() + Math.floor(batch * stepMs));
      const organisationId = streams[batch % STREAMS] ?? null;
      await db.transaction().execute((tx) =>
        audit.record(tx, terminalActor(organisationId, now), eventsOf(now))
      );
      if (batch % LINK_EVERY_BATCHES !== LINK_EVERY_BATCHES - 1) continue;
      await linkAll(chainer);
      await makeCheckpoint(deps, { atOnce: true });
      onProgress((batch + 1) * BATCH_EVENTS);
    }
    await linkAll(chainer);
    await makeCheckpoint(deps, { atOnce: true });
    await sql`analyze`.execute(db);
  } finally {
    await db.destroy();
  }
}

function terminalActor(organisationId: string | null, now: Date): Actor {
  return {
    kind: "terminal",
    id: newId(now),
    name: "0001",
    organisationId,
    sessionId: null,
    address: "10.1.2.3",
    traceId: crypto.randomUUID().replaceAll("-", ""),
  };
}

/** As visits leave them: three of an order each. */
function eventsOf(now: Date): AuditEvent[] {
  return Array.from({ length: BATCH_EVENTS }, (_, index): AuditEvent => {
    const of = { orderId: newId(now), patientId: newId(now), objectId: newId(now) };
    switch (index % 3) {
      case 0:
        return {
          kind: "checkout.order_created",
          result: "succeeded",
          ...of,
          fields: { kind: "outpatient_bills", settlement: "insurance_first" },
        };
      case 1:
        return {
          kind: "payment.trade_paid",
          result: "succeeded",
          ...of,
          fields: { amountFen: 4_879, channel: "aggregate" },
        };
      default:
        return {
          kind: "checkout.order_completed",
          result: "succeeded",
          ...of,
          fields: { totalFen: 10_000, cashFen: 4_879 },
        };
    }
  });
}
