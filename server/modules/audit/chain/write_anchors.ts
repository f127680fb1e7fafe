import type { Kysely } from "kysely";
import { chinaTime } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import type { AuditTables } from "../tables.ts";
import { findCheckpointBefore, listCheckpointsAfter } from "./store.ts";

/** Checkpoints' digests outside of the database: what was there once cannot go unseen. */
export interface AnchorFile {
  /** Of the last line; 0 for an empty or missing file. */
  lastNumber(): Promise<bigint>;
  append(lines: readonly string[]): Promise<void>;
  /** All digests by number. */
  digests(): Promise<ReadonlyMap<bigint, Uint8Array>>;
}

export interface WriteAnchorsDeps {
  readonly db: Kysely<AuditTables>;
  readonly log: Log;
  readonly anchors: AnchorFile | null;
}

const LINES_MAX = 1_000;

/** One line a checkpoint: number, time, SM3 of its text in hex. */
export function anchorLine({ number, at, digest }: Anchor): string {
  return `${number} ${at.toISOString()} ${digest.toHex()}`;
}

export interface Anchor {
  readonly number: bigint;
  readonly at: Date;
  readonly digest: Uint8Array;
}

/** Null for a line that is none. */
export function readAnchorLine(line: string): Anchor | null {
  const [, number = "", at = "", digest = ""] = /^(\d{1,19}) (\S{24}) ([0-9a-f]{64})$/.exec(line) ??
    [];
  if (number === "" || Number.isNaN(Date.parse(at))) return null;
  return { number: BigInt(number), at: new Date(at), digest: Uint8Array.fromHex(digest) };
}

/** Brings this process's anchor file up to date, whoever made the checkpoints. */
export async function writeAnchors({ db, log, anchors }: WriteAnchorsDeps): Promise<number> {
  if (!anchors) return 0;
  const fresh = await listCheckpointsAfter(db, await anchors.lastNumber(), LINES_MAX);
  if (fresh.length === 0) return 0;
  await anchors.append(fresh.map(anchorLine));
  for (const { number, digest } of fresh) {
    log.info("Audit checkpoint", { number: String(number), digest: grouped(digest) });
  }
  return fresh.length;
}

/**
 * The line a report prints about the audit trail's state at the end of a business day: paper is an
 * anchor too. Null before the first checkpoint.
 */
export async function dayAnchorLine(
  deps: { readonly db: Kysely<AuditTables> },
  dayEnd: Date,
): Promise<string | null> {
  const checkpoint = await findCheckpointBefore(deps.db, dayEnd);
  if (!checkpoint) return null;
  const digest = grouped(checkpoint.digest);
  return `审计链检查点 第 ${checkpoint.number} 号 ${chinaTime(checkpoint.at)} SM3 ${digest}`;
}

/** In groups of eight, as a log keeps no longer run of digits and people compare it. */
function grouped(digest: Uint8Array): string {
  return digest.toHex().replace(/.{8}(?=.)/g, "$& ");
}
