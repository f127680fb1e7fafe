import type { Kysely } from "kysely";
import { type Checkpoint, readCheckpoint } from "../chain/checkpoint.ts";
import { type CheckpointRow, findCheckpointBefore } from "../chain/store.ts";
import type { AuditTables } from "../tables.ts";
import { readManifest } from "../archive/manifest.ts";
import { type ChainStart, type CheckTools, GENESIS, wholeFault } from "./chain_check.ts";
import type { Fault } from "./fault.ts";
import { findCheckpointFrom } from "./store.ts";

/** A stretch of the chain that can be checked by itself. */
export interface ChainPart {
  readonly start: ChainStart;
  /** What it starts behind: a full checkpoint or an archive; null at the beginning of all. */
  readonly given: GivenStart | null;
  /** Links and checkpoints after this instant … */
  readonly after: Date;
  /** … up to and with this one. */
  readonly to: Date;
  /** Of the start itself: then nothing can be checked. */
  readonly fault: Fault | null;
}

export interface GivenStart {
  readonly kind: "checkpoint" | "archive";
  readonly body: string;
  readonly signature: Uint8Array;
}

export interface FindPartDeps {
  readonly db: Kysely<AuditTables>;
  readonly isSigned: CheckTools["isSigned"];
  readonly dropped: readonly AuditTables["audit_archive"][];
}

const BEFORE_ALL = new Date(0);
/** Later than any id of ours. */
export const AFTER_ALL = new Date("9999-12-31T00:00:00.000Z");
const DAY_MS = 24 * 3_600_000;

export async function findPart(
  deps: FindPartDeps,
  { from, to }: { readonly from: Date | null; readonly to: Date | null },
): Promise<ChainPart> {
  const end = to === null ? null : await findCheckpointFrom(deps.db, to);
  const rest = { to: end?.at ?? AFTER_ALL };
  const full = from === null ? null : await findFullCheckpoint(deps.db, from);
  if (full) return { ...rest, ...await startAtCheckpoint(deps, full) };
  const archive = deps.dropped.at(-1);
  if (archive) return { ...rest, ...await startAtArchive(deps, archive) };
  return { ...rest, start: GENESIS, given: null, after: BEFORE_ALL, fault: null };
}

/** The first checkpoint of a UTC day names every stream. */
async function findFullCheckpoint(
  db: Kysely<AuditTables>,
  from: Date,
): Promise<CheckpointRow | null> {
  const first = await findCheckpointFrom(db, dayOf(from));
  if (first && first.at <= from) return first;
  const last = await findCheckpointBefore(db, dayOf(from));
  return last && await findCheckpointFrom(db, dayOf(last.at));
}

function dayOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);
}

type Started = Omit<ChainPart, "to">;

async function startAtCheckpoint(deps: FindPartDeps, row: CheckpointRow): Promise<Started> {
  const checkpoint = readCheckpoint(row.body);
  const given = { kind: "checkpoint", body: row.body, signature: row.signature } as const;
  const isGood = checkpoint !== null && isFull(checkpoint) &&
    await deps.isSigned(row, checkpoint.key);
  if (!isGood) return badStart(given, { n: row.number, at: row.at });
  return { start: startOfCheckpoint(checkpoint, row), given, after: row.at, fault: null };
}

export function startOfCheckpoint(
  { moved, number }: Checkpoint,
  { digest }: Pick<CheckpointRow, "digest">,
): ChainStart {
  // Every stream counts from 1 without a gap.
  const links = [...moved.values()].reduce((sum, { n }) => sum + n, 0n);
  return { heads: moved, links, checkpointNumber: number, checkpointDigest: digest };
}

export function isFull({ moved, streams }: Checkpoint): boolean {
  return moved.size === streams;
}

async function startAtArchive(
  deps: FindPartDeps,
  row: AuditTables["audit_archive"],
): Promise<Started> {
  const manifest = readManifest(row.body);
  const given = { kind: "archive", body: row.body, signature: row.signature } as const;
  const isGood = manifest !== null && await deps.isSigned(row, manifest.key);
  if (!isGood) return badStart(given, {});
  const after = new Date(manifest.before.getTime() - 1);
  return { start: manifest.end, given, after, fault: null };
}

function badStart(given: GivenStart, place: Partial<Fault>): Started {
  const what = given.kind === "archive"
    ? "归档清单的签名不符，不能从它往后校验"
    : "作为起点的检查点签名不符";
  const fault = wholeFault("checkpoint_forged", what, place);
  return { start: GENESIS, given, after: BEFORE_ALL, fault };
}
