import { concatBytes, copyBytes, equalBytes, requireLength, wipe } from "../bytes.ts";
import { CryptoError } from "../errors.ts";
import { Ghash } from "../ghash.ts";
import type { SdfKey, SdfSession } from "./sdf_library.ts";

/** One key in the session that works with it. */
export interface DeviceKey {
  readonly session: SdfSession;
  readonly key: SdfKey;
}

const BLOCK_BYTES = 16;
/** What every device takes in one call (its BufferSize is larger). */
const CALL_BYTES_MAX = 1 << 14;

/**
 * The modes that devices lack, made of SM4-ECB and CBC inside the device. The key stays there; GCM's
 * hash key E_k(0…0) does not, which authenticates but decrypts nothing (NIST SP 800-38D §6.4).
 */

/** Ciphertext ‖ tag. */
export async function sealInDevice(
  key: DeviceKey,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const { hash, tagMask, stream } = await gcmBlocks(key, nonce, plaintext.length);
  const ciphertext = xor(plaintext, stream);
  const tag = xor(hash(aad, ciphertext), tagMask);
  wipe(stream);
  return concatBytes(ciphertext, tag);
}

/** Throws `wrong_tag`. */
export async function openInDevice(
  key: DeviceKey,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  const ciphertext = sealed.subarray(0, sealed.length - BLOCK_BYTES);
  const { hash, tagMask, stream } = await gcmBlocks(key, nonce, ciphertext.length);
  const tag = xor(hash(aad, ciphertext), tagMask);
  if (!equalBytes(tag, sealed.subarray(ciphertext.length))) {
    wipe(stream);
    throw new CryptoError("wrong_tag", "Cannot open a sealed message: its tag does not fit");
  }
  const plaintext = xor(ciphertext, stream);
  wipe(stream);
  return plaintext;
}

/** CTR over the whole block, big-endian; its own way back. */
export async function ctrInDevice(
  key: DeviceKey,
  iv: Uint8Array,
  data: Uint8Array,
): Promise<Uint8Array> {
  requireLength(iv, BLOCK_BYTES, "an SM4 IV");
  const stream = await encryptBlocks(key, countedBlocks(iv, blocksOf(data.length)));
  const result = xor(data, stream);
  wipe(stream);
  return result;
}

export async function encryptCbcInDevice(
  { session, key }: DeviceKey,
  iv: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const tail = plaintext.length % BLOCK_BYTES;
  const padded = new Uint8Array(plaintext.length - tail + BLOCK_BYTES).fill(BLOCK_BYTES - tail);
  padded.set(plaintext);
  const parts: Uint8Array[] = [];
  let chain = iv;
  for (const part of slices(padded)) {
    const ciphertext = await session.encrypt(key, { mode: "cbc", iv: chain }, part);
    requireLength(ciphertext, part.length, "the device's ciphertext");
    parts.push(ciphertext);
    chain = ciphertext.subarray(-BLOCK_BYTES);
  }
  wipe(padded);
  return concatBytes(...parts);
}

/** Throws `wrong_length` or `bad_padding`. */
export async function decryptCbcInDevice(
  { session, key }: DeviceKey,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  requireLength(iv, BLOCK_BYTES, "an SM4 IV");
  if (ciphertext.length === 0 || ciphertext.length % BLOCK_BYTES !== 0) {
    throw new CryptoError(
      "wrong_length",
      `Cannot decrypt ${ciphertext.length} bytes: expected whole blocks of ${BLOCK_BYTES}`,
    );
  }
  const parts: Uint8Array[] = [];
  let chain = iv;
  for (const part of slices(ciphertext)) {
    parts.push(await session.decrypt(key, { mode: "cbc", iv: chain }, part));
    chain = part.subarray(-BLOCK_BYTES);
  }
  const padded = concatBytes(...parts);
  wipe(...parts);
  requireLength(padded, ciphertext.length, "the device's plaintext");
  return padded.subarray(0, padded.length - paddingOf(padded.subarray(-BLOCK_BYTES)));
}

/** PKCS#7, 1 to 16 bytes; looks at the whole block whatever it holds. Throws `bad_padding`. */
function paddingOf(last: Uint8Array): number {
  const padding = last.at(-1) ?? 0;
  let wrong = Number(padding < 1 || padding > BLOCK_BYTES);
  last.forEach((byte, at) => {
    const isPadding = Number(at >= BLOCK_BYTES - padding);
    wrong |= isPadding * (byte ^ padding);
  });
  if (wrong === 0) return padding;
  throw new CryptoError("bad_padding", "Cannot remove the padding: expected PKCS#7 of 1 to 16");
}

/** Zeros fill the last block. Throws `wrong_length` for nothing, which zeros would stand in for. */
export async function zeroPaddedMacInDevice(key: DeviceKey, data: Uint8Array): Promise<Uint8Array> {
  if (data.length === 0) {
    throw new CryptoError("wrong_length", "Cannot compute sm4_cbc of no data: expected some");
  }
  return await cbcMac(key, wholeBlocks(data));
}

/** Behind 80 00…, which is always appended. */
export async function bitPaddedMacInDevice(
  key: DeviceKey,
  data: Uint8Array,
): Promise<Uint8Array> {
  return await cbcMac(key, wholeBlocks(concatBytes(data, Uint8Array.of(0x80))));
}

/** CMAC (SP 800-38B §6.2): its subkeys are made here, out of E_k(0…0). */
export async function cmacInDevice(key: DeviceKey, data: Uint8Array): Promise<Uint8Array> {
  const whole = data.length > 0 && data.length % BLOCK_BYTES === 0;
  const padded = whole ? copyBytes(data) : wholeBlocks(concatBytes(data, Uint8Array.of(0x80)));
  const once = doubled(await encryptBlocks(key, new Uint8Array(BLOCK_BYTES)));
  const mask = whole ? once : doubled(once);
  padded.set(xor(padded.subarray(-BLOCK_BYTES), mask), padded.length - BLOCK_BYTES);
  wipe(once, mask);
  return await cbcMac(key, padded);
}

async function cbcMac({ session, key }: DeviceKey, data: Uint8Array): Promise<Uint8Array> {
  let chain: Uint8Array = new Uint8Array(BLOCK_BYTES);
  for (const part of slices(data)) {
    chain = await session.calculateMac(key, chain, part);
    requireLength(chain, BLOCK_BYTES, "the device's MAC");
  }
  return chain;
}

/** H, E(nonce ‖ 1) and the key stream from E(nonce ‖ 2) on, in as few calls as the device allows. */
async function gcmBlocks(key: DeviceKey, nonce: Uint8Array, length: number) {
  const first = new Uint8Array(BLOCK_BYTES);
  first.set(nonce);
  first[BLOCK_BYTES - 1] = 1;
  const counters = countedBlocks(first, blocksOf(length) + 1);
  const encrypted = await encryptBlocks(
    key,
    concatBytes(new Uint8Array(BLOCK_BYTES), counters),
  );
  const hashKey = encrypted.subarray(0, BLOCK_BYTES);
  return {
    hash: (aad: Uint8Array, ciphertext: Uint8Array) => {
      using ghash = new Ghash(hashKey);
      return ghash.hash(aad, ciphertext);
    },
    tagMask: encrypted.subarray(BLOCK_BYTES, 2 * BLOCK_BYTES),
    stream: encrypted.subarray(2 * BLOCK_BYTES),
  };
}

async function encryptBlocks(
  { session, key }: DeviceKey,
  blocks: Uint8Array,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const part of slices(blocks)) {
    parts.push(await session.encrypt(key, { mode: "ecb" }, part));
  }
  const encrypted = concatBytes(...parts);
  requireLength(encrypted, blocks.length, "the device's ciphertext");
  return encrypted;
}

/** GCM's 32-bit counter cannot overflow into the nonce: a sealed value has at most 2^16 blocks. */
function countedBlocks(first: Uint8Array, count: number): Uint8Array {
  const blocks = new Uint8Array(count * BLOCK_BYTES);
  const counter = copyBytes(first);
  for (let block = 0; block < count; block++) {
    blocks.set(counter, block * BLOCK_BYTES);
    for (let at = BLOCK_BYTES - 1; at >= 0; at--) {
      const next = ((counter[at] ?? 0) + 1) & 0xff;
      counter[at] = next;
      if (next !== 0) break;
    }
  }
  return blocks;
}

function* slices(data: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < data.length; at += CALL_BYTES_MAX) {
    yield data.subarray(at, at + CALL_BYTES_MAX);
  }
}

function blocksOf(length: number): number {
  return Math.ceil(length / BLOCK_BYTES);
}

function wholeBlocks(data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(blocksOf(data.length) * BLOCK_BYTES);
  whole.set(data);
  return whole;
}

function xor(data: Uint8Array, mask: Uint8Array): Uint8Array {
  return data.map((byte, at) => byte ^ (mask[at] ?? 0));
}

/** Times x in GF(2^128), without a branch on the secret. */
function doubled(block: Uint8Array): Uint8Array {
  const carry = (block[0] ?? 0) >>> 7;
  return block.map((byte, at) => {
    const next = at + 1 < BLOCK_BYTES ? (block[at + 1] ?? 0) >>> 7 : 0x87 * carry;
    return (byte << 1 & 0xff) ^ next;
  });
}
