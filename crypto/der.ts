import { type Bytes, concatBytes, requireBytes } from "./bytes.ts";
import { CryptoError } from "./errors.ts";

/**
 * Distinguished encoding rules (ITU-T X.690 §10): one encoding for one value, anything else is
 * refused, because what can be written in two ways can be signed in one and shown in the other.
 * Nothing here recurses: how deep a document goes is how deep its reader asks.
 */

/** Views into the input, valid as long as nobody changes it. */
export interface DerNode {
  /** The whole identifier octet, e.g. 0x30 for SEQUENCE, 0xa0 for [0] constructed. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** Identifier, length and content. */
  readonly raw: Uint8Array;
}

/** Identifier octets of the universal types in use. */
export const DerTag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
} as const;

/** 1 MiB of content and its frame. */
const SIZE_BYTES_MAX = (1 << 20) + 1024;
const CHILDREN_MAX = 4096;
const OID_BYTES_MAX = 64;
const OID_PART_MAX = 2 ** 32 - 1;
const CONSTRUCTED = 0x20;

/** Reads the one element the input consists of, nothing behind it; throws `bad_encoding`. */
export function readDer(bytes: Uint8Array): DerNode {
  requireBytes(bytes, "DER");
  if (bytes.length > SIZE_BYTES_MAX) {
    throw refused(`${bytes.length} bytes`, `at most ${SIZE_BYTES_MAX}`);
  }
  const node = readNode(bytes, 0);
  if (node.raw.length !== bytes.length) {
    throw refused(`${bytes.length - node.raw.length} bytes behind the end`, "none");
  }
  return node;
}

/** The elements of a constructed one, at most 4096; throws `bad_encoding`. */
export function readDerChildren(node: DerNode): DerNode[] {
  if ((node.tag & CONSTRUCTED) === 0) throw refused(tagName(node.tag), "a constructed element");
  const children: DerNode[] = [];
  for (let at = 0; at < node.content.length;) {
    if (children.length === CHILDREN_MAX) throw refused("an element", `${CHILDREN_MAX} at most`);
    const child = readNode(node.content, at);
    children.push(child);
    at += child.raw.length;
  }
  return children;
}

/** `tag` is the identifier octet; throws `too_large` for more than `readDer` reads. */
export function writeDer(tag: number, ...contents: Uint8Array[]): Bytes {
  const content = concatBytes(...contents);
  const whole = concatBytes(Uint8Array.of(tag), writeLength(content.length), content);
  if (whole.length > SIZE_BYTES_MAX) {
    throw new CryptoError(
      "too_large",
      `Cannot write DER of ${whole.length} bytes: expected at most ${SIZE_BYTES_MAX}`,
    );
  }
  return whole;
}

/** An INTEGER ≥ 0 as `length` bytes big-endian, zeros in front; throws `bad_encoding`. */
export function derUnsigned(node: DerNode, length: number): Bytes {
  if (node.tag !== DerTag.integer) throw refused(tagName(node.tag), "an INTEGER");
  const { content } = node;
  const first = content[0];
  if (first === undefined) throw refused("an empty INTEGER", "one byte at least");
  if (first >= 0x80) throw refused("a negative INTEGER", "zero or more");
  if (first === 0 && content.length > 1 && (content[1] ?? 0) < 0x80) {
    throw refused("an INTEGER with zeros in front", "the shortest form");
  }
  const digits = first === 0 ? content.subarray(1) : content;
  if (digits.length > length) {
    throw refused(`an INTEGER of ${digits.length} bytes`, `at most ${length}`);
  }
  const value = new Uint8Array(length);
  value.set(digits, length - digits.length);
  return value;
}

/** A big-endian number as an INTEGER ≥ 0 of the shortest form; no bytes are zero. */
export function writeDerUnsigned(value: Uint8Array): Bytes {
  requireBytes(value, "a number");
  const start = value.findIndex((byte) => byte !== 0);
  if (start < 0) return writeDer(DerTag.integer, Uint8Array.of(0));
  const sign = (value[start] ?? 0) >= 0x80 ? [0] : [];
  return writeDer(DerTag.integer, Uint8Array.from(sign), value.subarray(start));
}

/** An OBJECT IDENTIFIER in dots; throws `bad_encoding`. */
export function readOid(node: DerNode): string {
  if (node.tag !== DerTag.oid) throw refused(tagName(node.tag), "an OBJECT IDENTIFIER");
  const { content } = node;
  if (content.length === 0 || content.length > OID_BYTES_MAX) {
    throw refused(`an OBJECT IDENTIFIER of ${content.length} bytes`, `1 to ${OID_BYTES_MAX}`);
  }
  const parts: number[] = [];
  let part = 0;
  let started = false;
  for (const byte of content) {
    if (!started && byte === 0x80) throw refused("a padded OBJECT IDENTIFIER", "the shortest form");
    part = part * 128 + (byte & 0x7f);
    if (part > OID_PART_MAX) throw refused("a number over 32 bits", "a shorter one");
    started = byte >= 0x80;
    if (started) continue;
    parts.push(part);
    part = 0;
  }
  if (started) throw refused("an OBJECT IDENTIFIER cut short", "its last byte");
  const [first = 0, ...rest] = parts;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...rest].join(".");
}

/** An OBJECT IDENTIFIER from dots; throws `invalid_argument`. */
export function writeOid(oid: string): Bytes {
  const parts = /^[0-2](\.(0|[1-9]\d{0,9})){1,30}$/.test(oid) ? oid.split(".").map(Number) : [];
  const [root = 3, second = 0, ...rest] = parts;
  const first = 40 * root + second;
  const numbers = [first, ...rest];
  if (root > 2 || (root < 2 && second > 39) || numbers.some((part) => part > OID_PART_MAX)) {
    throw new CryptoError("invalid_argument", `Cannot write the OID "${oid}": expected 1.2.3…`);
  }
  return writeDer(DerTag.oid, Uint8Array.from(numbers.flatMap(base128)));
}

function base128(value: number): number[] {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift(0x80 | rest % 128);
  }
  return digits;
}

function readNode(bytes: Uint8Array, start: number): DerNode {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) throw refused("an element cut short", "its length");
  if ((tag & 0x1f) === 0x1f || tag === 0) throw refused(tagName(tag), "a tag number of 1 to 30");
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const contentStart = start + 2 + lengthBytes;
  const length = first < 0x80 ? first : readLength(bytes.subarray(start + 2, contentStart), first);
  const end = contentStart + length;
  if (end > bytes.length) {
    throw refused(`an element of ${length} bytes`, `${bytes.length - contentStart} at most`);
  }
  return { tag, content: bytes.subarray(contentStart, end), raw: bytes.subarray(start, end) };
}

/** X.690 §10.1: definite and as short as possible; three bytes reach beyond the size bound. */
function readLength(bytes: Uint8Array, first: number): number {
  const count = first & 0x7f;
  if (count === 0) throw refused("an indefinite length", "a definite one");
  if (count > 3 || bytes.length !== count) {
    throw refused("a length that is cut or huge", "a fit one");
  }
  const length = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (bytes[0] === 0 || length < 0x80) throw refused("a length too long", "the shortest form");
  return length;
}

function writeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const digits = [length >>> 24, length >>> 16 & 0xff, length >>> 8 & 0xff, length & 0xff];
  const start = digits.findIndex((digit) => digit !== 0);
  return Uint8Array.of(0x80 | 4 - start, ...digits.slice(start));
}

function tagName(tag: number): string {
  return `tag 0x${tag.toString(16).padStart(2, "0")}`;
}

function refused(what: string, expected: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read DER with ${what}: expected ${expected}`);
}
