/**
 * An evidence pack of many events out of PostgreSQL, made by a process of its own:
 * `deno run -A bench/pack.ts [--events 1000000]`. See README.md.
 */
import { parseArgs } from "node:util";
import { openDevelopmentKeys } from "../cli/platform_keys.ts";
import { evidenceSources } from "../server/modules/compliance/evidence_sources.ts";
import { readHostState } from "../server/modules/compliance/host/host_state.ts";
import { makePack } from "../server/modules/compliance/make_pack.ts";
import { readPeriod } from "../server/modules/compliance/period.ts";
import { DEFAULT_POLICIES } from "../server/modules/access/policy/default_policy.ts";
import { systemActor } from "../server/modules/audit/actor.ts";
import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { openServerDatabase } from "../server/platform/db.ts";
import { newId } from "../server/platform/ids.ts";
import type { Tables } from "../server/schema.ts";
import { openTrail } from "../tests/audit_trail.ts";
import { testDb } from "../tests/db.ts";
import { startPostgresServer } from "../tests/postgres_server.ts";
import { START } from "../tests/world.ts";
import { print } from "./figures.ts";

const SECONDS_MAX = 60;
const RSS_MIB_MAX = 300;
const BATCH_EVENTS = 500;
const SIGN_EVERY_EVENTS = 50_000;
const STREAMS = 50;

const { values } = parseArgs({
  args: [...Deno.args],
  options: { events: { type: "string", default: "1000000" }, database: { type: "string" } },
});
Deno.exitCode = values.database === undefined
  ? await measure(Number(values.events))
  : await exportFrom(values.database);

async function measure(events: number): Promise<number> {
  await using server = await startPostgresServer();
  await using own = await testDb(START, undefined, server.url);
  await fill(own.db, events);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      // Left to itself the engine lets garbage grow to twice as much before it looks.
      "--v8-flags=--max-old-space-size=200,--max-semi-space-size=4",
      "--no-check",
      new URL(import.meta.url).pathname,
      "--database",
      own.url ?? "",
    ],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  return (await child.status).code;
}

async function fill(db: Awaited<ReturnType<typeof testDb>>["db"], events: number): Promise<void> {
  const trail = await openTrail(db);
  const streams = Array.from({ length: STREAMS }, () => newId(START));
  for (let at = 0; at < events; at += BATCH_EVENTS) {
    await db.transaction().execute((tx) =>
      trail.audit.record(
        tx,
        systemActor("bench"),
        Array.from({ length: BATCH_EVENTS }, (_, index) => ({
          kind: "checkout.order_created" as const,
          result: "succeeded" as const,
          organisationId: streams[index % STREAMS] ?? null,
          orderId: newId(START),
          patientId: newId(START),
          terminalId: newId(START),
          fields: { kind: "outpatient_bills", settlement: "insurance_first" },
        })),
      )
    );
    trail.clock.advance(10);
    if (at % SIGN_EVERY_EVENTS !== 0) continue;
    await trail.link();
    await trail.sign();
  }
  await trail.link();
  await trail.sign();
}

async function exportFrom(url: string): Promise<number> {
  const db = openServerDatabase<Tables>({ url, poolSize: 4 });
  await using keys = await openDevelopmentKeys(
    { provider: "auto", allow_software_private_keys: true },
    "00".repeat(32),
  );
  const { signal } = new AbortController();
  const written = { bytes: 0 };
  const started = performance.now();
  let last = started;
  let doing = "";
  const { facts } = await makePack({
    provider: keys.provider,
    sources: evidenceSources({
      db,
      clock: SYSTEM_CLOCK,
      provider: keys.provider,
      policies: { get: (kind) => Promise.resolve(DEFAULT_POLICIES[kind]) },
      installation: null,
      routes: () => [],
      readHost: () => readHostState({ clock: SYSTEM_CLOCK }),
    }, signal),
  }, {
    profile: "mlps3",
    period: readPeriod({ from: "2026-11-01", to: "2026-11-18" }, new Date("2026-11-20")),
    out: new WritableStream({ write: ({ length }) => void (written.bytes += length) }),
    signal,
    onProgress(progress) {
      const now = performance.now();
      if (now - last > 1_000) print(`  ${doing}: ${((now - last) / 1_000).toFixed(1)} s`);
      [last, doing] = [now, progress.doing];
      return Promise.resolve();
    },
  });
  const seconds = (performance.now() - started) / 1_000;
  const rss = await peakMib();
  print(`pack of ${facts.events} events: ${seconds.toFixed(1)} s (at most ${SECONDS_MAX})`);
  print(`peak RSS: ${rss} MiB (at most ${RSS_MIB_MAX}); ZIP: ${written.bytes >> 20} MiB`);
  await db.destroy();
  return seconds <= SECONDS_MAX && rss <= RSS_MIB_MAX ? 0 : 1;
}

async function peakMib(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024);
}
