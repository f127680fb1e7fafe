import { BlobReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { evidencePacks } from "../server/evidence_packs.ts";
import { createAuditJobs } from "../server/modules/audit/jobs.ts";
import {
  type EvidenceDeps,
  evidenceSources,
} from "../server/modules/compliance/evidence_sources.ts";
import { makePack } from "../server/modules/compliance/make_pack.ts";
import { type Days, readPeriod } from "../server/modules/compliance/period.ts";
import { initialiseWorld } from "./console_callers.ts";
import { createOrder, identifyByCard } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** Where `busyWorld` has its day. */
export const DAYS: Days = { from: "2026-11-01", to: "2026-11-18" };

const DAY_MS = 24 * 3_600_000;

/** A day of patients and administrators, its trail linked and signed. */
export async function busyWorld(): Promise<World> {
  const world = await openWorld();
  await initialiseWorld(world);
  const identificationId = await identifyByCard(world, "two_bills");
  const bills = await world.call("GET", `/identifications/${identificationId}/bills`);
  const [bill] = (await bills.json()).bills;
  await createOrder(world, { identificationId, payable: { kind: "bills", billIds: [bill.id] } });
  await world.work();
  world.clock.advance(60_000);
  const jobs = createAuditJobs({ ...world.services.platform, ...world.services, anchors: null });
  await jobs.link();
  world.clock.advance(60_000);
  await jobs.sign();
  // The period is over: what is recorded from now on is not its.
  world.clock.advance(2 * DAY_MS);
  return world;
}

/** An evidence pack of a test world, and what is read out of one. */
export async function packOf(
  world: World,
  days: Days,
  more: Partial<Pick<EvidenceDeps, "readHost">> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const deps = { ...evidencePacks(world.services), ...more };
  const { signal } = new AbortController();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const reading = new Response(readable as ReadableStream<Uint8Array<ArrayBuffer>>).bytes();
  const sources = evidenceSources(deps, signal);
  const period = readPeriod(days, world.clock.now());
  await makePack({ ...deps, sources }, { profile: "mlps3", period, out: writable, signal });
  return await reading;
}

/** The files of a ZIP by path. */
export async function unpack(zip: Uint8Array<ArrayBuffer>): Promise<Map<string, Uint8Array>> {
  const reader = new ZipReader(new BlobReader(new Blob([zip])), { useWebWorkers: false });
  const files = new Map<string, Uint8Array>();
  for (const entry of await reader.getEntries()) {
    if (entry.directory) continue;
    files.set(entry.filename, await entry.getData(new Uint8ArrayWriter()));
  }
  await reader.close();
  return files;
}

export function textOf(files: ReadonlyMap<string, Uint8Array>, path: string): string {
  const bytes = files.get(path);
  if (!bytes) throw new Error(`Cannot find "${path}" in the pack`);
  return new TextDecoder().decode(bytes);
}

interface IndexClause {
  readonly id: string;
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly files: readonly string[];
}

export interface ReadIndex {
  readonly verdicts: Readonly<Record<string, number>>;
  readonly clauses: readonly IndexClause[];
  readonly evidence: readonly { readonly id: string; readonly isMissing: boolean }[];
  readonly facts: Readonly<Record<string, number>>;
}

export function indexOf(files: ReadonlyMap<string, Uint8Array>): ReadIndex {
  return JSON.parse(textOf(files, "index.json"));
}

export function clauseOf({ clauses }: ReadIndex, id: string): IndexClause {
  const found = clauses.find((clause) => clause.id === id);
  if (!found) throw new Error(`Cannot find clause "${id}"`);
  return found;
}
