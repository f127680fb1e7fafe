import { sm3 } from "../../../../crypto/sm3.ts";
import { type AuditEventRow, canonicalText } from "../canonical_form.ts";

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

/** Of one UTF-16 unit. */
const UTF8_BYTES_MAX = 3;
const encoder = new TextEncoder();

/** Where an event's canonical form becomes bytes, once for its tag and its link. */
export class LinkRoom {
  #bytes = new Uint8Array(16 * 1024);
  #length = 0;

  /** The form in UTF-8; good until the next one is put in. */
  put(text: string): Uint8Array {
    const most = UTF8_BYTES_MAX * text.length + TAIL_BYTES;
    if (this.#bytes.length < most) this.#bytes = new Uint8Array(most);
    this.#length = encoder.encodeInto(text, this.#bytes).written;
    return this.#bytes.subarray(0, this.#length);
  }

  /**
   * SM3 (GB/T 32905) over the form that was put in, the event's tag (32 bytes), the digest of the
   * link before it in its stream (32 bytes, zeros before the first), n and the time of linking in
   * Unix milliseconds (8 bytes each, big-endian), and 1 where the tag fitted, else 0.
   */
  digest(tag: Uint8Array, previous: Uint8Array, { n, at, genuine }: LinkFacts): Uint8Array {
    const [room, end] = [this.#bytes, this.#length];
    room.set(tag, end);
    room.set(previous, end + DIGEST_BYTES);
    const numbers = new DataView(room.buffer, end + 2 * DIGEST_BYTES);
    numbers.setBigUint64(0, n);
    numbers.setBigUint64(8, BigInt(at.getTime()));
    numbers.setUint8(16, genuine ? 1 : 0);
    return sm3(room.subarray(0, end + TAIL_BYTES));
  }
}

const ownRoom = new LinkRoom();

/** As `LinkRoom.digest` makes it. */
export function linkDigest(
  event: AuditEventRow,
  previous: Uint8Array,
  facts: LinkFacts,
): Uint8Array {
  ownRoom.put(canonicalText(event));
  return ownRoom.digest(event.tag, previous, facts);
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) {
    if (left[at] !== right[at]) return false;
  }
  return true;
}
