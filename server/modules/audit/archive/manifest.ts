import { headLines, readHeadLines } from "../chain/checkpoint.ts";
import { parseJson } from "../pack_format.ts";
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
  /** Chinese: what was wrong in it when it was archived, named and archived all the same. */
  readonly faults: readonly string[];
  /** Behind which the chain went on, in this month or later; none where nothing was wrong. */
  readonly breaks: readonly NamedBreak[];
}

/** A break of the chain, whose own signed text lies beside the manifest. */
export interface NamedBreak {
  readonly number: bigint;
  /** SM3 of its text, hex. */
  readonly digest: string;
}

const FORM = "yikatong-audit-archive 1";
/** Of a month with faults: an older program must not take it for a whole one. */
const FORM_WITH_BREAKS = "yikatong-audit-archive 2";
const BREAK_LINE = /^break (\d{1,19}) ([0-9a-f]{64})$/;
const FAULT_LINE = /^fault (".*")$/;
const FIELDS = ["month", "before", "key", "events", "links", "checkpoint", "checkpoint-digest"];

export function manifestText(
  { month, before, key, events, end, faults, breaks }: Manifest,
): string {
  const isWhole = faults.length === 0 && breaks.length === 0;
  return [
    isWhole ? FORM : FORM_WITH_BREAKS,
    `month ${month}`,
    `before ${before.toISOString()}`,
    `key ${key}`,
    `events ${events}`,
    `links ${end.links ?? "-"}`,
    `checkpoint ${end.checkpointNumber}`,
    `checkpoint-digest ${end.checkpointDigest.toHex()}`,
    ...breaks.map(({ number, digest }) => `break ${number} ${digest}`),
    ...faults.map((fault) => `fault ${JSON.stringify(fault)}`),
    ...headLines(end.heads),
    "",
  ].join("\n");
}

/** Null for what is no such text. */
export function readManifest(text: string): Manifest | null {
  const lines = text.split("\n");
  const isKnown = lines[0] === FORM || lines[0] === FORM_WITH_BREAKS;
  if (!isKnown || lines.at(-1) !== "") return null;
  const [month, before, key, events, links, number, digest] = FIELDS.map((name, at) => {
    const line = lines[at + 1] ?? "";
    return line.startsWith(`${name} `) ? line.slice(name.length + 1) : null;
  });
  const rest = lines.slice(FIELDS.length + 1, -1);
  const breaks = rest.map((line) => BREAK_LINE.exec(line)).filter((found) => found !== null);
  const faults = rest.map((line) => FAULT_LINE.exec(line)).filter((found) => found !== null);
  const heads = readHeadLines(rest.slice(breaks.length + faults.length));
  if (!month || !before || !key || !events || !links || !number || !digest || !heads) return null;
  if (![events, number].every((count) => /^\d{1,19}$/.test(count))) return null;
  if (!/^(-|\d{1,19})$/.test(links) || !/^[0-9a-f]{64}$/.test(digest)) return null;
  return {
    month,
    before: new Date(before),
    key,
    events: BigInt(events),
    breaks: breaks.map(([, number = "", digest = ""]) => ({ number: BigInt(number), digest })),
    faults: faults.map(([, text = ""]) => String(parseJson(text))),
    end: {
      heads,
      links: links === "-" ? null : BigInt(links),
      checkpointNumber: BigInt(number),
      checkpointDigest: Uint8Array.fromHex(digest),
    },
  };
}
