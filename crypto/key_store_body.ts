/**
 * The clear body of a key store: bytes, not JSON, so that no key ever becomes a string, which
 * nobody can wipe. Big-endian, every text UTF-8 behind its length:
 *
 *     count u16  { id u8…  label u8…  version u32  algorithm u8  usage u8  leaves u8
 *                  createdAt u8…  retiredAt u8… (empty: not retired)  bytes u8… } …
 */
import { type Bytes, concatBytes, wipe } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import type { StoredKey } from "./key_store.ts";
import type { KeyAlgorithm, KeyLeaves, KeyUsage } from "./provider.ts";
import { requireKeyBytes, requireKeySpec } from "./providers/key_material.ts";

/** Their places are part of the format: only ever append. */
const ALGORITHMS: readonly KeyAlgorithm[] = ["sm2", "sm4", "hmac_sm3", "tdes"];
const USAGES: readonly KeyUsage[] = [
  "sign",
  "decrypt",
  "agree",
  "wrap",
  "data",
  "mac",
  "pin",
  "export",
  "import",
  "cipher",
];
const LEAVES: readonly KeyLeaves[] = ["never", "sealed", "exported"];
const KEYS_MAX = 4096;
const TEXT_BYTES_MAX = 128;
const VERSION_MAX = 0xffff_ffff;
const UTC_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/** The caller wipes it. Errors as of `sealKeyStore`. */
export function writeStoredKeys(keys: readonly StoredKey[]): Bytes {
  if (keys.length > KEYS_MAX) {
    throw new CryptoError(
      "too_large",
      `Cannot store ${keys.length} keys: expected at most ${KEYS_MAX}`,
    );
  }
  requireConsistent(keys);
  const parts = keys.map(writeKey);
  const body = concatBytes(Uint8Array.of(keys.length >> 8, keys.length & 0xff), ...parts);
  wipe(...parts);
  return body;
}

/** Every key owns its bytes. Throws `bad_encoding`. */
export function readStoredKeys(body: Uint8Array): StoredKey[] {
  const reader = new BodyReader(body);
  const keys: StoredKey[] = [];
  try {
    const count = reader.uint(2);
    if (count > KEYS_MAX) throw badBody("too many keys");
    for (let read = 0; read < count; read++) keys.push(readKey(reader));
    reader.end();
    requireConsistent(keys);
    return keys;
  } catch (error) {
    wipe(...keys.map(({ bytes }) => bytes));
    throw error instanceof CryptoError && error.code !== "bad_encoding"
      ? badBody("keys that do not belong together")
      : error;
  }
}

function writeKey(key: StoredKey): Bytes {
  const version = new Uint8Array(4);
  new DataView(version.buffer).setUint32(0, key.version);
  const kind = Uint8Array.of(
    ALGORITHMS.indexOf(key.algorithm),
    USAGES.indexOf(key.usage),
    LEAVES.indexOf(key.leaves),
  );
  return concatBytes(
    writeText(key.id),
    writeText(key.label),
    version,
    kind,
    writeText(key.createdAt),
    writeText(key.retiredAt ?? ""),
    Uint8Array.of(key.bytes.length),
    key.bytes,
  );
}

function readKey(reader: BodyReader): StoredKey {
  const id = reader.text();
  const label = reader.text();
  const version = reader.uint(4);
  const algorithm = ALGORITHMS[reader.uint(1)];
  const usage = USAGES[reader.uint(1)];
  const leaves = LEAVES[reader.uint(1)];
  const createdAt = reader.text();
  const retiredAt = reader.text();
  if (algorithm === undefined || usage === undefined || leaves === undefined) {
    throw badBody("an unknown kind of key");
  }
  return {
    id,
    label,
    version,
    algorithm,
    usage,
    leaves,
    createdAt,
    ...(retiredAt === "" ? {} : { retiredAt }),
    bytes: reader.bytes(reader.uint(1)).slice(),
  };
}

function requireConsistent(keys: readonly StoredKey[]): void {
  const ids = new Set<string>();
  const versions = new Set<string>();
  for (const key of keys) {
    requireKeySpec(key);
    requireKeyBytes(key, key.bytes);
    requireDescribed(key);
    ids.add(key.id);
    versions.add(`${key.version} ${key.label}`);
  }
  if (ids.size !== keys.length || versions.size !== keys.length) {
    throw new CryptoError(
      "invalid_argument",
      "Cannot store keys: expected every id and every version of a label once",
    );
  }
}

function requireDescribed({ id, version, createdAt, retiredAt }: StoredKey): void {
  const idBytes = new TextEncoder().encode(id).length;
  const isGood = idBytes >= 1 && idBytes <= TEXT_BYTES_MAX && Number.isInteger(version) &&
    version >= 1 && version <= VERSION_MAX && UTC_INSTANT.test(createdAt) &&
    (retiredAt === undefined || UTC_INSTANT.test(retiredAt));
  if (isGood) return;
  throw new CryptoError(
    "invalid_argument",
    "Cannot store key: expected an id of 1 to 128 bytes, a version from 1 and instants in UTC",
  );
}

/** Refuses lone surrogates, which would come back as another text. */
function writeText(text: string): Bytes {
  if (!text.isWellFormed()) {
    throw new CryptoError("invalid_argument", "Cannot store text: expected well-formed Unicode");
  }
  const bytes = new TextEncoder().encode(text);
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}

class BodyReader {
  readonly #body: Uint8Array;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #at = 0;

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  /** A view. */
  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#body.length) throw badBody("a body that stops short");
    this.#at += length;
    return this.#body.subarray(this.#at - length, this.#at);
  }

  uint(length: 1 | 2 | 4): number {
    return this.bytes(length).reduce((value, byte) => value * 256 + byte, 0);
  }

  text(): string {
    const bytes = this.bytes(this.uint(1));
    try {
      return this.#utf8.decode(bytes);
    } catch {
      throw badBody("text that is not UTF-8");
    }
  }

  end(): void {
    if (this.#at !== this.#body.length) throw badBody("bytes behind the last key");
  }
}

function badBody(found: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read key store: found ${found}`);
}
