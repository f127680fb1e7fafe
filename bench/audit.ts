/**
 * The audit chain: its core against the provider's SM3, and a whole verify from PostgreSQL and from
 * a pack: `deno run -A bench/audit.ts [--events 100000]`. See README.md.
 */
import { Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { parseArgs } from "node:util";
import { openPackFile } from "../cli/audit/pack_file.ts";
import { portableEngine } from "../crypto/providers/portable.ts";
import { SoftwareProvider } from "../crypto/providers/software.ts";
import { systemActor } from "../server/modules/audit/actor.ts";
import { canonicalForm } from "../server/modules/audit/canonical_form.ts";
import { BEFORE_FIRST, linkDigest } from "../server/modules/audit/chain/link.ts";
import { writeAuditPart } from "../server/modules/audit/pack/write_audit_part.ts";
import { platformKeys } from "../server/modules/audit/verify/known_keys.ts";
import { verifyPack } from "../server/modules/audit/verify/verify_pack.ts";
import { newId } from "../server/platform/ids.ts";
import { openTrail, type Trail, VERIFY_ALL } from "../tests/audit_trail.ts";
import { testDb } from "../tests/db.ts";
import { startPostgresServer } from "../tests/postgres_server.ts";
import { testProvider } from "../tests/sealer.ts";
import { START } from "../tests/world.ts";
import { print } from "./figures.ts";

const CORE_RATIO_MIN = 0.5;
const VERIFY_EVENTS_PER_SECOND_MIN = 30_000;
const BATCH_EVENTS = 500;
const LINK_EVERY_EVENTS = 10_000;
const CORE_ROUNDS = 9;
const CORE_EVENTS = 5_000;

const { values } = parseArgs({
  args: [...Deno.args],
  options: { events: { type: "string", default: "100000" } },
});
Deno.exitCode = await main(Number(values.events)) ? 0 : 1;

async function main(events: number): Promise<boolean> {
  await using server = await startPostgresServer();
  await using own = await testDb(START, undefined, server.url);
  const trail = await openTrail(own.db);
  await fill(trail, own, events);
  const core = await coreRatio(own);
  print(`chain core ÷ provider's SM3, same bytes: ${core.toFixed(2)} (at least ${CORE_RATIO_MIN})`);
  const tagged = await rate(events, () => trail.verify());
  print(`verify, PostgreSQL with tags: ${tagged} events/s`);
  const packed = await packRate(own, events);
  print(`verify, pack: ${packed} events/s (at least ${VERIFY_EVENTS_PER_SECOND_MIN})`);
  return core >= CORE_RATIO_MIN && Math.min(tagged, packed) >= VERIFY_EVENTS_PER_SECOND_MIN;
}

type Own = Awaited<ReturnType<typeof testDb>>;

async function fill(trail: Trail, { db }: Own, events: number): Promise<void> {
  const streams = Array.from({ length: 50 }, () => newId(START));
  for (let at = 0; at < events; at += BATCH_EVENTS) {
    await db.transaction().execute((tx) =>
      trail.audit.record(
        tx,
        systemActor("bench"),
        Array.from({ length: BATCH_EVENTS }, (_, index) => ({
          kind: "checkout.order_created" as const,
          result: "succeeded" as const,
          organisationId: streams[index % streams.length] ?? null,
          orderId: newId(START),
          patientId: newId(START),
          terminalId: newId(START),
          fields: { kind: "outpatient_bills", settlement: "insurance_first" },
        })),
      )
    );
    trail.clock.advance(100);
    if (at % LINK_EVERY_EVENTS !== 0) continue;
    await trail.link();
    await trail.sign();
  }
  await trail.link();
  await trail.sign();
}

/** The provider over the very bytes that a link's digest covers; the chain makes them too. */
async function coreRatio({ db }: Own): Promise<number> {
  const rows = await db.selectFrom("audit_event").selectAll().limit(CORE_EVENTS).execute();
  const forms = rows.map((row) => new Uint8Array([...canonicalForm(row), ...new Uint8Array(81)]));
  await using provider = new SoftwareProvider(portableEngine(), { name: "bench" });
  const ratios: number[] = [];
  for (let round = 0; round < CORE_ROUNDS; round++) {
    const start = performance.now();
    for (const form of forms) await provider.sm3(form);
    const between = performance.now();
    let previous = BEFORE_FIRST.digest;
    for (const [at, row] of rows.entries()) {
      const facts = { n: BigInt(at + 1), at: row.at, genuine: true };
      previous = linkDigest(row, previous, facts);
    }
    ratios.push((between - start) / (performance.now() - between));
  }
  return ratios.toSorted((left, right) => left - right)[CORE_ROUNDS >> 1] ?? 0;
}

async function rate(events: number, work: () => Promise<{ readonly verdict: string }>) {
  const start = performance.now();
  const { verdict } = await work();
  const perSecond = Math.round(events / ((performance.now() - start) / 1_000));
  if (verdict !== "intact") throw new Error(`Cannot measure a trail that is ${verdict}`);
  return perSecond;
}

async function packRate({ db }: Own, events: number): Promise<number> {
  const path = await Deno.makeTempFile({ suffix: ".zip" });
  const provider = testProvider();
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for await (
    const { name, content } of writeAuditPart({ db, provider }, { from: null, to: null })
  ) {
    await zip.add(name, ReadableStream.from(content));
  }
  await Deno.writeFile(path, await zip.close());
  using folder = await openPackFile(path);
  await using keyless = new SoftwareProvider(portableEngine(), { name: "bench" });
  const keys = await platformKeys(provider);
  const deps = { provider: keyless, keys };
  const measured = await rate(events, () => verifyPack(deps, folder, VERIFY_ALL));
  await Deno.remove(path);
  return measured;
}
