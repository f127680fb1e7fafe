import type { ChainStart } from "../verify/chain_check.ts";
import { headLines, readHeadLines } from "./checkpoint.ts";

/** What is signed where the chain goes on behind a fault: who wanted it, why, and from where. */
export interface ChainBreak {
  readonly number: bigint;
  /** After every link before it, before every later one. */
  readonly at: Date;
  /** SM3 of the public key it is signed with, hex. */
  readonly key: string;
  readonly by: string;
  readonly reason: string;
  /** The first fault that was there, in Chinese. */
  readonly found: string;
  /** Where the chain goes on. */
  readonly start: ChainStart;
}

const FORM = "yikatong-audit-break 1";
const FIELDS = [
  "number",
  "at",
  "key",
  "by",
  "reason",
  "found",
  "links",
  "checkpoint",
  "checkpoint-digest",
];

/** The text that is signed: UTF-8, one field a line, words as JSON strings. */
export function breakText({ number, at, key, by, reason, found, start }: ChainBreak): string {
  return [
    FORM,
    `number ${number}`,
    `at ${at.toISOString()}`,
    `key ${key}`,
    `by ${JSON.stringify(by)}`,
    `reason ${JSON.stringify(reason)}`,
    `found ${JSON.stringify(found)}`,
    `links ${start.links ?? 0n}`,
    `checkpoint ${start.checkpointNumber}`,
    `checkpoint-digest ${start.checkpointDigest.toHex()}`,
    ...headLines(start.heads),
    "",
  ].join("\n");
}

/** Null for what is no such text. Only of one whose signature was checked. */
export function readBreak(text: string): ChainBreak | null {
  const lines = text.split("\n");
  if (lines[0] !== FORM || lines.at(-1) !== "") return null;
  const [number, at, key, by, reason, found, links, checkpoint, digest] = FIELDS.map(
    (name, place) => {
      const line = lines[place + 1] ?? "";
      return line.startsWith(`${name} `) ? line.slice(name.length + 1) : null;
    },
  );
  const heads = readHeadLines(lines.slice(FIELDS.length + 1, -1));
  if (!number || !at || !key || !links || !checkpoint || !digest || !heads) return null;
  if (![number, links, checkpoint].every((count) => /^\d{1,19}$/.test(count))) return null;
  if (!/^[0-9a-f]{64}$/.test(digest) || Number.isNaN(Date.parse(at))) return null;
  return {
    number: BigInt(number),
    at: new Date(at),
    key,
    by: by ?? "",
    reason: reason ?? "",
    found: found ?? "",
    start: {
      heads,
      links: BigInt(links),
      checkpointNumber: BigInt(checkpoint),
      checkpointDigest: Uint8Array.fromHex(digest),
    },
  };
}
