import { type Bytes, wipe } from "./bytes.ts";
import { ByteReader } from "./byte_reader.ts";
import type { Engine, Sm4Key } from "./engine.ts";
import { CryptoError } from "./errors.ts";
import {
  CHUNK_BYTES,
  makeHeader,
  type OpenWith,
  PRELUDE_BYTES,
  readHeader,
  readPrelude,
  type SealedHeader,
  type SealFor,
  unlockHeader,
} from "./sealed_header.ts";

/**
 * Files of any size, sealed for SM2 keys or under a password: the header of `sealed_header.ts`,
 * then chunks of 64 KiB under SM4-GCM in the STREAM construction (Hoang, Reyhanitabar, Rogaway,
 * Vizár 2015): the nonce is the chunk's number and whether it is the last one, so a chunk that was
 * moved, doubled, dropped or appended does not open. No byte is given out before its tag fits.
 */

export type ChunkTrouble = "changed" | "cut_off" | "appended";

/** Codes `wrong_tag` (changed) and `bad_encoding` (cut off, appended). */
export class ChunkError extends CryptoError {
  /** From 1. */
  readonly chunk: number;
  readonly trouble: ChunkTrouble;
  /** The file ends in this chunk; a changed one may then also be cut off in the middle. */
  readonly isLast: boolean;

  constructor(trouble: ChunkTrouble, chunk: number, { isLast }: { isLast: boolean }) {
    super(trouble === "changed" ? "wrong_tag" : "bad_encoding", MESSAGES[trouble](chunk));
    this.chunk = chunk;
    this.trouble = trouble;
    this.isLast = isLast;
  }
}

const MESSAGES: Readonly<Record<ChunkTrouble, (chunk: number) => string>> = {
  changed: (chunk) => `Cannot open chunk ${chunk}: it was changed, moved or cut`,
  cut_off: (chunk) => `Cannot open the file to its end: it stops after chunk ${chunk}`,
  appended: (chunk) => `Cannot open the file: data follows chunk ${chunk}, which was its last`,
};

const TAG_BYTES = 16;
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;
/** The counter has 32 bits: 256 TiB. */
const CHUNKS_MAX = 2 ** 32 - 1;

/**
 * The sealed form of `plaintext` piece by piece. What `plaintext` yields is used up before it is
 * asked again. Throws `invalid_point` for a bad recipient, `too_large` above 256 TiB.
 */
export async function* sealStream(
  engine: Engine,
  plaintext: AsyncIterable<Uint8Array>,
  to: SealFor,
): AsyncGenerator<Uint8Array> {
  const { header, keys } = makeHeader(engine, to);
  using key = engine.sm4Key(keys.chunkKey);
  wipe(keys.chunkKey);
  yield header;
  await using reader = new ByteReader(plaintext);
  for await (const { chunk, isLast, piece } of cut(reader, CHUNK_BYTES)) {
    yield key.seal({ nonce: chunkNonce(chunk, isLast), aad: keys.mac }, piece);
  }
}

/**
 * The plaintext chunk by chunk, each proved before it is given out; who reads must wait for the
 * end, since a file that was cut off is only known there. `unlock` sees what the file asks for and
 * answers with a key or a password. Throws `bad_encoding`, `ChunkError` and what `unlockHeader`
 * throws.
 */
export async function* openStream(
  engine: Engine,
  sealed: AsyncIterable<Uint8Array>,
  unlock: (lock: SealedHeader["lock"]) => Promise<OpenWith>,
): AsyncGenerator<Uint8Array> {
  await using reader = new ByteReader(sealed);
  const prelude = await reader.read(PRELUDE_BYTES);
  const header = readHeader(prelude, await reader.read(readPrelude(prelude)));
  const keys = unlockHeader(engine, header, await unlock(header.lock));
  using key = engine.sm4Key(keys.chunkKey);
  wipe(keys.chunkKey);
  for await (const { chunk, isLast, piece } of cut(reader, SEALED_BYTES)) {
    yield openChunk({ key, aad: keys.mac, chunk, isLast }, piece);
  }
}

/** At least one piece, an empty one of an empty source; all of them in one buffer. */
async function* cut(reader: ByteReader, length: number) {
  const buffer = new Uint8Array(length);
  let isLast = false;
  for (let chunk = 0; !isLast; chunk++) {
    const filled = await reader.fill(buffer);
    isLast = await reader.isAtEnd();
    yield { chunk, isLast, piece: buffer.subarray(0, filled) };
  }
}

interface Place {
  readonly key: Sm4Key;
  readonly aad: Uint8Array;
  readonly chunk: number;
  readonly isLast: boolean;
}

function openChunk({ key, aad, chunk, isLast }: Place, piece: Uint8Array): Uint8Array {
  if (piece.length < TAG_BYTES) throw new ChunkError("cut_off", chunk, { isLast });
  // One encoding for one content: an empty chunk stands only in an empty file.
  if (piece.length === TAG_BYTES && chunk > 0) {
    throw new ChunkError("changed", chunk + 1, { isLast });
  }
  const plaintext = tryOpen(key, { nonce: chunkNonce(chunk, isLast), aad }, piece);
  if (plaintext) return plaintext;
  const isOfOtherKind = tryOpen(key, { nonce: chunkNonce(chunk, !isLast), aad }, piece) !== null;
  const trouble = !isOfOtherKind ? "changed" : isLast ? "cut_off" : "appended";
  throw new ChunkError(trouble, chunk + 1, { isLast });
}

function tryOpen(
  key: Sm4Key,
  options: { nonce: Uint8Array; aad: Uint8Array },
  piece: Uint8Array,
): Uint8Array | null {
  try {
    return key.open(options, piece);
  } catch (thrown) {
    if (thrown instanceof CryptoError && thrown.code === "wrong_tag") return null;
    throw thrown;
  }
}

/** Seven zero bytes (the key belongs to this file alone), the counter, 1 for the last chunk. */
function chunkNonce(chunk: number, isLast: boolean): Bytes {
  if (chunk >= CHUNKS_MAX) {
    throw new CryptoError("too_large", `Cannot seal more than ${CHUNKS_MAX} chunks of 64 KiB`);
  }
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, chunk);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
