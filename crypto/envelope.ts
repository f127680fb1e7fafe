import { type Bytes, concatBytes, copyBytes, equalBytes, requireBytes, wipe } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import { type KeyHandle, SEAL_BYTES_MAX, type SmProvider } from "./provider.ts";
import { sm3 } from "./sm3.ts";

/**
 * Data at rest and in transit under keys nobody sees: columns of a database (SM4-GCM under a
 * versioned key), blind indexes (HMAC-SM3), and messages to the holders of SM2 keys (数字信封).
 */

/** The labels under which a provider keeps the keys of the platform's personal data. */
export const COLUMN_DATA_KEY = "column-data";
export const COLUMN_INDEX_KEY = "column-index";

export interface ColumnSealer {
  /**
   * SM4-GCM under the newest key the provider has at that time; bound to the column, so that it
   * opens nowhere else. `invalid_argument` for a name with U+0000 in it, here and below.
   */
  seal(column: string, text: string): Promise<Bytes>;
  /**
   * Throws `bad_encoding` for what is no sealed column, `wrong_tag` for changed bytes or another
   * column, `unknown_key` for a lost version.
   */
  open(column: string, sealed: Uint8Array): Promise<string>;
  /** 32 bytes HMAC-SM3: equal texts of one field are found by equality, nothing else shows. */
  index(field: string, text: string): Promise<Uint8Array>;
}

export interface ColumnSealerOptions {
  readonly provider: SmProvider;
  /**
   * Called when a row names a newer key version than this process has, at most once a minute:
   * another process was given a rotated key store first. Loads what is there now.
   */
  readonly reload?: () => Promise<void>;
}

const FORMAT = 1;
/** format(1) ‖ key version(4, big-endian) before nonce ‖ ciphertext ‖ tag. */
const HEADER_BYTES = 5;
/**
 * Another index key needs every index written anew, so a rotated one is taken into use by that
 * work, not by its being there.
 */
const INDEX_KEY_VERSION = 1;
const RELOAD_WAIT_MS = 60_000;
/** Between a name and what follows it, so that neither flows into the other. */
const SEPARATOR = new Uint8Array(1);

/** Throws `unknown_key` when the provider lacks one of the two keys. */
export async function openColumnSealer(options: ColumnSealerOptions): Promise<ColumnSealer> {
  const { provider } = options;
  const indexKey = await getKey(provider, COLUMN_INDEX_KEY, INDEX_KEY_VERSION);
  const versions = new Map<number, KeyHandle>();
  let newest = await getKey(provider, COLUMN_DATA_KEY);
  versions.set(newest.version, newest);

  let reloading: Promise<void> | null = null;
  let reloadedAt = -Infinity;

  /** Rows with made-up versions must not keep a process busy with opening its key store. */
  async function reloadOnce(): Promise<void> {
    if (!options.reload) return;
    if (!reloading && performance.now() - reloadedAt < RELOAD_WAIT_MS) return;
    reloading ??= options.reload();
    try {
      await reloading;
      newest = await getKey(provider, COLUMN_DATA_KEY);
    } finally {
      reloading = null;
      reloadedAt = performance.now();
    }
  }

  async function keyOf(version: number): Promise<KeyHandle> {
    const cached = versions.get(version);
    if (cached) return cached;
    let found = await provider.findKey(COLUMN_DATA_KEY, version);
    if (!found && version > newest.version) {
      await reloadOnce();
      found = await provider.findKey(COLUMN_DATA_KEY, version);
    }
    if (!found) throw lost(COLUMN_DATA_KEY, version);
    versions.set(version, found);
    return found;
  }

  return {
    async seal(column, text) {
      const [plaintext, name] = [encode(text), encodeName(column)];
      // Keys are loaded, retired and destroyed behind our back.
      newest = await getKey(provider, COLUMN_DATA_KEY);
      const header = headerOf(newest.version);
      return concatBytes(header, await provider.seal(newest, plaintext, aadOf(header, name)));
    },
    async open(column, sealed) {
      const name = encodeName(column);
      const own = copyBytes(sealed);
      const key = await keyOf(keyVersionOf(own));
      const header = own.subarray(0, HEADER_BYTES);
      const body = own.subarray(HEADER_BYTES);
      return decode(await provider.open(key, body, aadOf(header, name)));
    },
    async index(field, text) {
      const message = concatBytes(encodeName(field), SEPARATOR, encode(text));
      return await provider.mac(indexKey, "hmac_sm3", message);
    },
  };
}

/** Which key version sealed this: what a rotation has to write anew. Throws `bad_encoding`. */
export function keyVersionOf(sealed: Uint8Array): number {
  requireBytes(sealed, "a sealed column");
  if (sealed.length < HEADER_BYTES || sealed[0] !== FORMAT) {
    throw new CryptoError(
      "bad_encoding",
      `Cannot open a sealed column of ${sealed.length} bytes: expected format ${FORMAT}`,
    );
  }
  return new DataView(sealed.buffer, sealed.byteOffset).getUint32(1);
}

function headerOf(version: number): Bytes {
  const header = new Uint8Array(HEADER_BYTES);
  header[0] = FORMAT;
  new DataView(header.buffer).setUint32(1, version);
  return header;
}

function aadOf(header: Uint8Array, column: Uint8Array): Bytes {
  return concatBytes(encode("yikatong column\0"), header, column);
}

async function getKey(provider: SmProvider, label: string, version?: number): Promise<KeyHandle> {
  const key = await provider.findKey(label, version);
  if (!key) throw lost(label, version);
  return key;
}

function lost(label: string, version?: number): CryptoError {
  const which = version === undefined ? "" : ` version ${version}`;
  return new CryptoError(
    "unknown_key",
    `Cannot find key "${label}"${which}: expected it in the key store`,
  );
}

const MAGIC = new TextEncoder().encode("YKENV1");
const FINGERPRINT_BYTES = 32;
/** C1 65 ‖ C3 32 ‖ C2 16: one SM4 key to one SM2 key. */
const WRAPPED_BYTES = 113;
const RECIPIENT_BYTES = FINGERPRINT_BYTES + WRAPPED_BYTES;
const RECIPIENTS_MAX = 16;
/** nonce 12 ‖ ciphertext ‖ tag 16. */
const SEAL_OVERHEAD_BYTES = 28;
/**
 * GCM alone lets whoever makes an envelope find two keys under which it opens as two texts, one for
 * one recipient and one for another. With zeros in front of the plaintext the first two blocks of
 * ciphertext are the key's own, and no two keys have the same (the padding fix of "How to Abuse and
 * Fix Authenticated Encryption Without Key Commitment", USENIX Security 2022, §5.3).
 */
const COMMITMENT = new Uint8Array(32);
const ENVELOPE_TEXT_BYTES_MAX = SEAL_BYTES_MAX - COMMITMENT.length;

export interface EnvelopeOptions {
  /** 65 bytes each, 1 to 16. */
  readonly recipients: readonly Uint8Array[];
  /** Known to both sides and bound in, not sent along. */
  readonly aad?: Uint8Array;
}

/**
 * A message only the holders of the recipients' SM2 keys can read, the same for all of them: one new
 * SM4 data key, wrapped to each. `YKENV1 ‖ count ‖ (SM3(public key) ‖ C1‖C3‖C2)… ‖ nonce ‖
 * ciphertext of 32 zeros and the plaintext ‖ tag`. Throws `too_large` over SEAL_BYTES_MAX − 32.
 */
export async function sealEnvelope(
  provider: SmProvider,
  { recipients, aad = new Uint8Array() }: EnvelopeOptions,
  plaintext: Uint8Array,
): Promise<Bytes> {
  requireEnvelopeText(plaintext);
  const keys = recipients.map(copyBytes);
  if (keys.length < 1 || keys.length > RECIPIENTS_MAX) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot seal an envelope to ${keys.length} recipients: expected 1 to ${RECIPIENTS_MAX}`,
    );
  }
  const ownAad = copyBytes(aad);
  const committed = concatBytes(COMMITMENT, plaintext);
  try {
    return await sealCommitted(provider, { recipients: keys, aad: ownAad }, committed);
  } finally {
    wipe(committed);
  }
}

async function sealCommitted(
  provider: SmProvider,
  { recipients, aad }: Required<EnvelopeOptions>,
  committed: Bytes,
): Promise<Bytes> {
  const key = await provider.generateKey({
    label: "envelope",
    algorithm: "sm4",
    usage: "data",
    leaves: "exported",
    ephemeral: true,
  });
  try {
    const wrapped: Uint8Array[] = [];
    for (const recipient of recipients) {
      wrapped.push(sm3(recipient), await provider.wrapKeyTo(recipient, key));
    }
    const head = concatBytes(MAGIC, Uint8Array.of(recipients.length), ...wrapped);
    return concatBytes(head, await provider.seal(key, committed, concatBytes(head, aad)));
  } finally {
    await provider.destroyKey(key);
  }
}

/**
 * Opens with a `decrypt` key. Throws `bad_encoding`, also for one that does not commit to its key,
 * `unknown_key` when the envelope is to others, `decryption_failed` or `wrong_tag`.
 */
export async function openEnvelope(
  provider: SmProvider,
  { key, aad = new Uint8Array() }: { readonly key: KeyHandle; readonly aad?: Uint8Array },
  envelope: Uint8Array,
): Promise<Bytes> {
  const [own, ownAad] = [copyBytes(envelope), copyBytes(aad)];
  const { head, wrapped, body } = splitEnvelope(own, sm3(await provider.publicKey(key)));
  const dataKey = await provider.unwrapKeyWith(key, wrapped, {
    label: "envelope",
    algorithm: "sm4",
    usage: "data",
    leaves: "never",
    ephemeral: true,
  });
  try {
    return withoutCommitment(await provider.open(dataKey, body, concatBytes(head, ownAad)));
  } finally {
    await provider.destroyKey(dataKey);
  }
}

function withoutCommitment(committed: Uint8Array): Bytes {
  const text = copyBytes(committed.subarray(COMMITMENT.length));
  const fits = equalBytes(committed.subarray(0, COMMITMENT.length), COMMITMENT);
  wipe(committed);
  if (fits) return text;
  wipe(text);
  throw new CryptoError("bad_encoding", "Cannot open an envelope that does not commit to its key");
}

function requireEnvelopeText(plaintext: Uint8Array): void {
  requireBytes(plaintext, "a plaintext");
  if (plaintext.length > ENVELOPE_TEXT_BYTES_MAX) {
    throw new CryptoError(
      "too_large",
      `Cannot seal an envelope of ${plaintext.length} bytes: expected at most ${ENVELOPE_TEXT_BYTES_MAX}`,
    );
  }
}

function splitEnvelope(envelope: Uint8Array, fingerprint: Uint8Array) {
  const count = envelope[MAGIC.length] ?? 0;
  const headBytes = MAGIC.length + 1 + count * RECIPIENT_BYTES;
  const isOurs = MAGIC.every((byte, at) => envelope[at] === byte) &&
    count >= 1 && count <= RECIPIENTS_MAX &&
    envelope.length >= headBytes + SEAL_OVERHEAD_BYTES + COMMITMENT.length &&
    envelope.length <= headBytes + SEAL_OVERHEAD_BYTES + SEAL_BYTES_MAX;
  if (!isOurs) {
    throw new CryptoError(
      "bad_encoding",
      `Cannot open an envelope of ${envelope.length} bytes: expected YKENV1 with its recipients`,
    );
  }
  const head = envelope.subarray(0, headBytes);
  for (let at = MAGIC.length + 1; at < headBytes; at += RECIPIENT_BYTES) {
    const found = fingerprint.every((byte, offset) => head[at + offset] === byte);
    if (!found) continue;
    const wrapped = head.subarray(at + FINGERPRINT_BYTES, at + RECIPIENT_BYTES);
    return { head, wrapped, body: envelope.subarray(headBytes) };
  }
  throw new CryptoError("unknown_key", "Cannot open the envelope: it is to other recipients");
}

/** Half a surrogate pair would come back as another letter. */
function encode(text: string): Bytes {
  if (typeof text !== "string" || !text.isWellFormed()) {
    throw new CryptoError(
      "invalid_argument",
      "Cannot seal or index this: expected text of well-formed Unicode",
    );
  }
  return new TextEncoder().encode(text);
}

/** Of a column or field. */
function encodeName(name: string): Bytes {
  const bytes = encode(name);
  if (bytes.includes(0)) {
    throw new CryptoError("invalid_argument", "Cannot use a name with U+0000: expected none in it");
  }
  return bytes;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CryptoError("bad_encoding", "Cannot open a sealed column: expected UTF-8", { cause });
  }
}
