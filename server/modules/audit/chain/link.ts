import { sm3 } from "../../../../crypto/sm3.ts";
import { type AuditEventRow, canonicalForm } from "../canonical_form.ts";

/** How far a stream is. */
export interface Head {
  /** 0 before the first event. */
  readonly n: bigint;
  readonly digest: Uint8Array;
}

/** What a link's digest covers beside event and previous link. */
export interface LinkFacts {
  readonly n: bigint;
  /** When it was linked. */
  readonly at: Date;
  /** Whether the event's tag fitted then. */
  readonly genuine: boolean;
}

const DIGEST_BYTES = 32;

export const BEFORE_FIRST: Head = { n: 0n, digest: new Uint8Array(DIGEST_BYTES) };

const TAIL_BYTES = 2 * DIGEST_BYTES + 17;

/**
 * SM3 (GB/T 32905) over the event's canonical form, its tag (32 bytes), the digest of the link
 * before it in its stream (32 bytes, zeros before the first), n and the time of linking in Unix
 * milliseconds (8 bytes each, big-endian), and 1 where the tag fitted, else 0.
 */
export function linkDigest(
  event: AuditEventRow,
  previous: Uint8Array,
  { n, at, genuine }: LinkFacts,
): Uint8Array {
  const form = canonicalForm(event);
  const bytes = new Uint8Array(form.length + TAIL_BYTES);
  bytes.set(form);
  bytes.set(event.tag, form.length);
  bytes.set(previous, form.length + DIGEST_BYTES);
  const numbers = new DataView(bytes.buffer, form.length + 2 * DIGEST_BYTES);
  numbers.setBigUint64(0, n);
  numbers.setBigUint64(8, BigInt(at.getTime()));
  numbers.setUint8(16, genuine ? 1 : 0);
  return sm3(bytes);
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
