import { headLines, readHeadLines } from "../chain/checkpoint.ts";
import type { ChainStart } from "../verify/chain_check.ts";

/** What an archive file's signature covers: which month, what is in it, and where the chain stood. */
export interface Manifest {
  /** 2026-11, UTC, by the time of linking. */
  readonly month: string;
  /** Everything linked before this instant is in this archive or an earlier one. */
  readonly before: Date;
  /** SM3 of the public key it is signed with, hex. */
  readonly key: string;
  readonly events: bigint;
  /** Where the next month goes on. */
  readonly end: ChainStart;
}

const FORM = "yikatong-audit-archive 1";
const FIELDS = ["month", "before", "key", "events", "links", "checkpoint", "checkpoint-digest"];

export function manifestText({ month, before, key, events, end }: Manifest): string {
  return [
    FORM,
    `month ${month}`,
    `before ${before.toISOString()}`,
    `key ${key}`,
    `events ${events}`,
    `links ${end.links ?? "-"}`,
    `checkpoint ${end.checkpointNumber}`,
    `checkpoint-digest ${end.checkpointDigest.toHex()}`,
    ...headLines(end.heads),
    "",
  ].join("\n");
}

/** Null for what is no such text. */
export function readManifest(text: string): Manifest | null {
  const lines = text.split("\n");
  if (lines[0] !== FORM || lines.at(-1) !== "") return null;
  const [month, before, key, events, links, number, digest] = FIELDS.map((name, at) => {
    const line = lines[at + 1] ?? "";
    return line.startsWith(`${name} `) ? line.slice(name.length + 1) : null;
  });
  const heads = readHeadLines(lines.slice(FIELDS.length + 1, -1));
  if (!month || !before || !key || !events || !links || !number || !digest || !heads) return null;
  if (![events, number].every((count) => /^\d{1,19}$/.test(count))) return null;
  if (!/^(-|\d{1,19})$/.test(links) || !/^[0-9a-f]{64}$/.test(digest)) return null;
  return {
    month,
    before: new Date(before),
    key,
    events: BigInt(events),
    end: {
      heads,
      links: links === "-" ? null : BigInt(links),
      checkpointNumber: BigInt(number),
      checkpointDigest: Uint8Array.fromHex(digest),
    },
  };
}
