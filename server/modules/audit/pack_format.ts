import { z } from "zod";
import type { FormedEvent } from "./canonical_form.ts";
import type { CheckpointRow, LinkRow } from "./chain/store.ts";
import type { AuditTables } from "./tables.ts";

/**
 * The audit trail in a pack or an archive: a folder of
 *
 * - `audit-range.json`: what is in it (AuditRange) and what it starts behind;
 * - `links-2026-11-22.ndjson`: one line a link with its event, of one UTC day of linking, in the
 *   order of linking;
 * - `breaks.ndjson`, where there are any: one line a signed break behind which the chain went on;
 * - `checkpoints.ndjson`: one line a checkpoint, with the signatures of other organisations;
 * - `public-key-1.pem` …: the platform's public keys; whoever doubts the pack brings his own copy;
 * - `last-checkpoint.txt` and `.sig` (DER): for `openssl dgst -sm3 -verify`.
 *
 * A link's digest is SM3 over the line's `event` as it stands there (UTF-8), `tag` (32 bytes), the
 * digest of the stream's link before it (32 bytes, zeros before n = 1), n and `at` in Unix
 * milliseconds (8 bytes each, big-endian) and one byte `genuine`.
 */
export const RANGE_FILE = "audit-range.json";
export const CHECKPOINTS_FILE = "checkpoints.ndjson";
export const BREAKS_FILE = "breaks.ndjson";
export const LINKS_FILE = /^links-\d{4}-\d{2}-\d{2}\.ndjson$/;
export const KEY_FILE = /^public-key-\d{1,3}\.pem$/;
export const LAST_CHECKPOINT_FILE = "last-checkpoint.txt";
/** Of an archive. */
export const MANIFEST_FILE = "archive-manifest.txt";

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
const count = z.string().regex(/^\d{1,19}$/);
const time = z.iso.datetime();

export const rangeShape = z.strictObject({
  form: z.literal("yikatong-audit 1"),
  after: time,
  to: time,
  /** Null at the beginning of all; else the signed text it starts behind. */
  start: z.strictObject({
    kind: z.enum(["checkpoint", "archive"]),
    body: z.string(),
    signature: hex(64),
  }).nullable(),
  /** Of an archive: the signed text of where it ends. */
  end: z.strictObject({ body: z.string(), signature: hex(64) }).nullable(),
  lastCheckpoint: count,
  lastCheckpointDigest: hex(32),
});

export type AuditRange = z.infer<typeof rangeShape>;

const checkpointShape = z.strictObject({
  number: count,
  at: time,
  digest: hex(32),
  signature: hex(64),
  body: z.string(),
  countersignatures: z.array(z.strictObject({
    party: z.string(),
    fingerprint: hex(32),
    signature: hex(64),
  })),
});

/** One day of links is one file. */
export function linksFileOf(at: Date): string {
  return `links-${at.toISOString().slice(0, 10)}.ndjson`;
}

const GONE = '"tag":null,"event":null';

/** The event's canonical form stands in the line as it is digested. */
export function linkLine(link: LinkRow, event: FormedEvent | null): string {
  const { at, stream_id, n, genuine, digest, event_id, event_at } = link;
  const own = `"at":"${at.toISOString()}","stream":"${stream_id}","n":"${n}",` +
    `"genuine":${genuine},"digest":"${digest.toHex()}","eventId":"${event_id}",` +
    `"eventAt":"${event_at.toISOString()}"`;
  return `{${own},${event ? `"tag":"${event.tag.toHex()}","event":${event.text}` : GONE}}`;
}

const TIME = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)`;
const ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
const HASH = "([0-9a-f]{64})";
/** As `linkLine` writes it: a million of them are read, and nobody else writes any. */
const LINK_LINE = new RegExp(
  String.raw`^\{"at":"${TIME}","stream":"${ID}","n":"(\d{1,19})","genuine":(true|false),` +
    String.raw`"digest":"${HASH}","eventId":"${ID}","eventAt":"${TIME}",` +
    String.raw`"tag":(?:"${HASH}","event":(\[.*\])|null,"event":null)\}$`,
  "s",
);

/** Null for a line that is none. Whether the event is the one that was linked, its digest says. */
export function readLinkLine(
  line: string,
): { readonly link: LinkRow; readonly event: FormedEvent | null } | null {
  const found = LINK_LINE.exec(line);
  if (!found) return null;
  const [, at = "", stream_id = "", n = "", genuine, digest = "", event_id = "", eventAt = ""] =
    found;
  const [tag, text] = found.slice(8);
  const link: LinkRow = {
    at: new Date(at),
    stream_id,
    n: BigInt(n),
    event_id,
    event_at: new Date(eventAt),
    genuine: genuine === "true",
    digest: Uint8Array.fromHex(digest),
  };
  if (Number.isNaN(link.at.getTime()) || Number.isNaN(link.event_at.getTime())) return null;
  return { link, event: tag && text ? { text, tag: Uint8Array.fromHex(tag) } : null };
}

type Countersignature = Pick<
  AuditTables["audit_countersignature"],
  "party" | "fingerprint" | "signature"
>;

export function checkpointLine(
  { number, at, digest, signature, body }: CheckpointRow,
  countersignatures: readonly Countersignature[],
): string {
  return JSON.stringify({
    number: String(number),
    at: at.toISOString(),
    digest: digest.toHex(),
    signature: signature.toHex(),
    body,
    countersignatures: countersignatures.map(({ party, fingerprint, signature }) => ({
      party,
      fingerprint,
      signature: signature.toHex(),
    })),
  });
}

export interface PackedCheckpoint {
  readonly row: CheckpointRow;
  readonly countersignatures: readonly Countersignature[];
}

export function readCheckpointLine(line: string): PackedCheckpoint | null {
  const parsed = checkpointShape.safeParse(parseJson(line));
  if (!parsed.success) return null;
  const { number, at, digest, signature, body, countersignatures } = parsed.data;
  return {
    row: {
      number: BigInt(number),
      at: new Date(at),
      digest: Uint8Array.fromHex(digest),
      signature: Uint8Array.fromHex(signature),
      body,
    },
    countersignatures: countersignatures.map((given) => ({
      ...given,
      signature: Uint8Array.fromHex(given.signature),
    })),
  };
}

const breakShape = z.strictObject({
  number: count,
  at: time,
  signature: hex(64),
  body: z.string(),
});

type BreakRow = AuditTables["audit_break"];

export function breakLine({ number, at, signature, body }: BreakRow): string {
  return JSON.stringify({
    number: String(number),
    at: at.toISOString(),
    signature: signature.toHex(),
    body,
  });
}

/** Null for a line that is none. */
export function readBreakLine(line: string): BreakRow | null {
  const { data } = breakShape.safeParse(parseJson(line));
  return data
    ? {
      number: BigInt(data.number),
      at: new Date(data.at),
      signature: Uint8Array.fromHex(data.signature),
      body: data.body,
    }
    : null;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
