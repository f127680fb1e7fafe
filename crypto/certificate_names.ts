import type { Bytes } from "./bytes.ts";
import { type DerNode, DerTag, readDerChildren, readOid, writeDer, writeOid } from "./der.ts";
import { CryptoError } from "./errors.ts";

/** Names as certificates carry them (X.501), from the widest part to the narrowest. */
export type DistinguishedName = readonly NameAttribute[];

export interface NameAttribute {
  /** "CN", "O", "C" … as `openssl` writes it, or an OID in dots where there is no such word. */
  readonly type: string;
  readonly value: string;
}

const SET = 0x31;
const NUMERIC_STRING = 0x12;
const PRINTABLE_STRING = 0x13;
const T61_STRING = 0x14;
const IA5_STRING = 0x16;
const BMP_STRING = 0x1e;
const UTF8_STRING = 0x0c;

interface AttributeForm {
  readonly oid: string;
  readonly tag: number;
  /** Upper bounds of RFC 5280 appendix A. */
  readonly charactersMax: number;
}

const FORMS: ReadonlyMap<string, AttributeForm> = new Map([
  ["CN", { oid: "2.5.4.3", tag: UTF8_STRING, charactersMax: 64 }],
  ["serialNumber", { oid: "2.5.4.5", tag: PRINTABLE_STRING, charactersMax: 64 }],
  ["C", { oid: "2.5.4.6", tag: PRINTABLE_STRING, charactersMax: 2 }],
  ["L", { oid: "2.5.4.7", tag: UTF8_STRING, charactersMax: 128 }],
  ["ST", { oid: "2.5.4.8", tag: UTF8_STRING, charactersMax: 128 }],
  ["street", { oid: "2.5.4.9", tag: UTF8_STRING, charactersMax: 128 }],
  ["O", { oid: "2.5.4.10", tag: UTF8_STRING, charactersMax: 64 }],
  ["OU", { oid: "2.5.4.11", tag: UTF8_STRING, charactersMax: 64 }],
  ["emailAddress", { oid: "1.2.840.113549.1.9.1", tag: IA5_STRING, charactersMax: 255 }],
  ["DC", { oid: "0.9.2342.19200300.100.1.25", tag: IA5_STRING, charactersMax: 63 }],
  ["UID", { oid: "0.9.2342.19200300.100.1.1", tag: UTF8_STRING, charactersMax: 256 }],
]);

const WORDS: ReadonlyMap<string, string> = new Map(
  [...FORMS].map(([word, { oid }]) => [oid, word]),
);

const CHARACTERS: ReadonlyMap<number, RegExp> = new Map([
  [NUMERIC_STRING, /^[0-9 ]*$/],
  [PRINTABLE_STRING, /^[A-Za-z0-9 '()+,\-./:=?]*$/],
  [IA5_STRING, /^[\x20-\x7e]*$/],
]);

/** A name with NUL or a line break shows another name than it holds. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const CONTROL_CHARACTER = /[\x00-\x1f\x7f-\x9f]/;
const ATTRIBUTES_MAX = 64;
const TEXT_CHARACTERS_MAX = 256;
const TEXT_BYTES_MAX = 4 * TEXT_CHARACTERS_MAX;

/** One attribute after the other, each alone in its set; throws `invalid_argument`. */
export function writeName(name: DistinguishedName): Bytes {
  return writeDer(DerTag.sequence, ...name.map((attribute) => writeDer(SET, write(attribute))));
}

/** Throws `bad_encoding`. Attributes that share a set follow each other in the result. */
export function readName(node: DerNode | undefined): DistinguishedName {
  if (node?.tag !== DerTag.sequence) throw refused("a SEQUENCE");
  const attributes = readDerChildren(node).flatMap((set) => {
    if (set.tag !== SET || set.content.length === 0) throw refused("a SET with an attribute");
    return readDerChildren(set).map(read);
  });
  if (attributes.length > ATTRIBUTES_MAX) throw refused(`${ATTRIBUTES_MAX} attributes at most`);
  return attributes;
}

/** "C=CN, O=City, CN=Root", escaped (RFC 4514 §2.4) and cut after 256 characters: for messages. */
export function nameToText(name: DistinguishedName): string {
  const text = name
    .map(({ type, value }) => `${type}=${value.replaceAll(/[\\",+<>;=#]/g, "\\$&")}`)
    .join(", ");
  return text.length > TEXT_CHARACTERS_MAX ? `${text.slice(0, TEXT_CHARACTERS_MAX)}…` : text;
}

function write({ type, value }: NameAttribute): Bytes {
  const form = FORMS.get(type) ??
    { oid: type, tag: UTF8_STRING, charactersMax: TEXT_CHARACTERS_MAX };
  const fits = value.isWellFormed() && !CONTROL_CHARACTER.test(value) &&
    (CHARACTERS.get(form.tag)?.test(value) ?? true) && (type !== "C" || /^[A-Z]{2}$/.test(value));
  const length = [...value].length;
  if (!fits || length === 0 || length > form.charactersMax) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot write "${type}" of ${length} characters into a name: expected 1 to ` +
        `${form.charactersMax} without control characters${
          form.tag === UTF8_STRING ? "" : ", ASCII"
        }`,
    );
  }
  const text = writeDer(form.tag, new TextEncoder().encode(value));
  return writeDer(DerTag.sequence, writeOid(form.oid), text);
}

function read(node: DerNode): NameAttribute {
  const [name, value, ...more] = node.tag === DerTag.sequence ? readDerChildren(node) : [];
  if (!name || !value || more.length > 0) throw refused("an attribute of a type and a value");
  const oid = readOid(name);
  const text = readText(value);
  if (CONTROL_CHARACTER.test(text)) throw refused("text without control characters");
  return { type: WORDS.get(oid) ?? oid, value: text };
}

function readText({ tag, content }: DerNode): string {
  if (content.length > TEXT_BYTES_MAX) throw refused(`${TEXT_BYTES_MAX} bytes of text at most`);
  if (tag === UTF8_STRING) return decode("utf-8", content);
  if (tag === BMP_STRING) return decode("utf-16be", content);
  // Read as Latin-1 by everybody, whatever the standard's tables of 1988 say.
  const text = String.fromCharCode(...content);
  const characters = CHARACTERS.get(tag);
  if (tag !== T61_STRING && !characters?.test(text)) throw refused("a string type and its letters");
  return text;
}

function decode(encoding: string, content: Uint8Array): string {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw refused(`text in ${encoding}`);
  }
}

function refused(expected: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read a name: expected ${expected}`);
}
