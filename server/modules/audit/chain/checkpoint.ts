import { sm3 } from "../../../../crypto/sm3.ts";
import type { Head } from "./link.ts";

/** What is signed every so often: where every stream stands. */
export interface Checkpoint {
  readonly number: bigint;
  /** After every link it covers, before every later one. */
  readonly at: Date;
  /** SM3 of the text before it, hex; zeros for the first. */
  readonly previous: string;
  /** SM3 of the public key it is signed with, hex. */
  readonly key: string;
  /** How many streams there are. */
  readonly streams: number;
  /** SM3 over the head lines of all streams in the order of their ids, hex. */
  readonly heads: string;
  /** Streams that moved since the checkpoint before; all of them in the first one of a UTC day. */
  readonly moved: ReadonlyMap<string, Head>;
}

const FORM = "yikatong-audit-checkpoint 1";
const HEAD_LINE = /^head ([0-9a-f-]{36}) (\d{1,19}) ([0-9a-f]{64})$/;
/** Fields before the head lines. */
const FIELDS = ["number", "at", "previous", "key", "streams", "heads"] as const;

/** The text that is signed: UTF-8, one field a line, `\n` after each. */
export function checkpointText(checkpoint: Checkpoint): string {
  const { number, at, previous, key, streams, heads, moved } = checkpoint;
  return [
    FORM,
    `number ${number}`,
    `at ${at.toISOString()}`,
    `previous ${previous}`,
    `key ${key}`,
    `streams ${streams}`,
    `heads ${heads}`,
    ...headLines(moved),
    "",
  ].join("\n");
}

/** Null for what is no such text. */
export function readCheckpoint(text: string): Checkpoint | null {
  const lines = text.split("\n");
  if (lines[0] !== FORM || lines.at(-1) !== "") return null;
  const fields = FIELDS.map((name, at) => fieldOf(lines[at + 1], name));
  const [number, at, previous, key, streams, heads] = fields;
  const moved = readHeadLines(lines.slice(FIELDS.length + 1, -1));
  if (!number || !at || !previous || !key || !streams || !heads || !moved) return null;
  if (!/^\d{1,19}$/.test(number) || !/^\d{1,9}$/.test(streams)) return null;
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return null;
  const read = { previous, key, heads, moved, at: time, number: BigInt(number) };
  return { ...read, streams: Number(streams) };
}

/** SM3 over the lines of all streams. */
export function digestOfHeads(heads: ReadonlyMap<string, Head>): string {
  return sm3(encoder.encode(headLines(heads).map((line) => `${line}\n`).join(""))).toHex();
}

export function digestOfText(text: string): Uint8Array {
  return sm3(encoder.encode(text));
}

export function headLines(heads: ReadonlyMap<string, Head>): string[] {
  return [...heads].toSorted(([left], [right]) => left < right ? -1 : 1)
    .map(([stream, { n, digest }]) => `head ${stream} ${n} ${digest.toHex()}`);
}

export function readHeadLines(lines: readonly string[]): Map<string, Head> | null {
  const heads = new Map<string, Head>();
  for (const line of lines) {
    const [, stream = "", n = "", digest = ""] = HEAD_LINE.exec(line) ?? [];
    if (stream === "") return null;
    heads.set(stream, { n: BigInt(n), digest: Uint8Array.fromHex(digest) });
  }
  return heads;
}

function fieldOf(line: string | undefined, name: string): string | null {
  return line?.startsWith(`${name} `) ? line.slice(name.length + 1) : null;
}

const encoder = new TextEncoder();
