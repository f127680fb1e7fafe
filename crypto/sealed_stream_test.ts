import assert from "node:assert/strict";
import { seededRandom } from "../tests/random.ts";
import { concatBytes } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import { portableEngine } from "./providers/portable.ts";
import { CHUNK_BYTES, type OpenWith, type SealFor } from "./sealed_header.ts";
import { ChunkError, openStream, sealStream } from "./sealed_stream.ts";
import { generateKeyPair, Sm2Signer } from "./sm2.ts";

const engine = portableEngine();
const random = seededRandom(20260101);
const PASSWORD = new TextEncoder().encode("correct horse 电池");
const FAST: SealFor = { password: PASSWORD, iterations: 10_000 };
const SEALED_CHUNK_BYTES = CHUNK_BYTES + 16;

Deno.test("sealStream() and openStream() bring back every length around a chunk", async () => {
  for (const length of [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES]) {
    const plaintext = bytes(length);
    const sealed = await seal(plaintext, FAST);
    assert.deepEqual(await open(cut(sealed)), plaintext, `${length} bytes`);
    const chunks = Math.max(1, Math.ceil(length / CHUNK_BYTES));
    assert.equal(sealed.length - headerBytes(sealed), length + 16 * chunks);
  }
});

Deno.test("openStream() takes a file that comes byte by byte", async () => {
  const plaintext = bytes(2 * CHUNK_BYTES + 77);
  const sealed = await collect(sealStream(engine, cut(plaintext), FAST));
  assert.deepEqual(await open(oneByOne(sealed.subarray(0, 200), sealed.subarray(200))), plaintext);
});

Deno.test("openStream() opens for each recipient and nobody else", async () => {
  const pairs = [generateKeyPair(), generateKeyPair()];
  const sealed = await seal(bytes(100), { recipients: pairs.map(({ publicKey }) => publicKey) });
  for (const { privateKey } of pairs) {
    using key = new Sm2Signer(privateKey);
    assert.equal((await open(cut(sealed), { privateKey: key })).length, 100);
  }
  using stranger = new Sm2Signer(generateKeyPair().privateKey);
  await refuses(open(cut(sealed), { privateKey: stranger }), "unknown_key");
  await refuses(open(cut(sealed), { password: PASSWORD }), "wrong_usage");
});

Deno.test("openStream() tells a wrong password from a changed file", async () => {
  const sealed = await seal(bytes(100), FAST);
  const wrong = new TextEncoder().encode("correct horse");
  await refuses(open(cut(sealed), { password: wrong }), "wrong_password");
  const key = new Sm2Signer(generateKeyPair().privateKey);
  await refuses(open(cut(sealed), { privateKey: key }), "wrong_usage");
});

Deno.test("neither sealStream() nor openStream() takes an empty password or few iterations", async () => {
  const sealed = await seal(bytes(100), FAST);
  const empty = new Uint8Array(0);
  await refuses(open(cut(sealed), { password: empty }), "invalid_argument");
  await refuses(seal(bytes(100), { ...FAST, password: empty }), "invalid_argument");
  await refuses(seal(bytes(100), { ...FAST, password: new Uint8Array(1025) }), "invalid_argument");
  for (const iterations of [0, 1_000, 9_999, 10_000_001, 10_000.5, NaN]) {
    await refuses(seal(bytes(100), { password: PASSWORD, iterations }), "invalid_argument");
  }
  const weak = sealed.slice();
  new DataView(weak.buffer).setUint32(31, 9_999);
  await refuses(open(cut(weak)), "bad_encoding");
});

Deno.test("openStream() refuses a header with any bit changed", async () => {
  const pair = generateKeyPair();
  using privateKey = new Sm2Signer(pair.privateKey);
  for (const to of [FAST, { recipients: [pair.publicKey] }]) {
    const by = "password" in to ? { password: PASSWORD } : { privateKey };
    const sealed = await seal(bytes(10), to);
    const end = headerBytes(sealed);
    for (let at = 0; at < end; at += 3) {
      // The iterations: a change there only costs time.
      if ("password" in to && at >= 31 && at < 35) continue;
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      await assert.rejects(open(cut(changed), by), CryptoError, `byte ${at}`);
    }
  }
});

Deno.test("openStream() names the chunk that was changed and gives out none from there on", async () => {
  const plaintext = bytes(3 * CHUNK_BYTES + 5);
  const sealed = await seal(plaintext, FAST);
  for (const chunk of [1, 2, 3, 4]) {
    const changed = sealed.slice();
    const at = headerBytes(sealed) + (chunk - 1) * SEALED_CHUNK_BYTES + 7;
    changed[at] = (changed[at] ?? 0) ^ 0x20;
    const got: Uint8Array[] = [];
    await assert.rejects(
      async () => {
        for await (const piece of opening(cut(changed))) got.push(piece);
      },
      { name: "CryptoError", code: "wrong_tag", chunk, trouble: "changed" },
    );
    assert.deepEqual(concatBytes(...got), plaintext.subarray(0, (chunk - 1) * CHUNK_BYTES));
  }
});

Deno.test("openStream() refuses chunks moved, doubled, dropped, cut off, appended or of another file", async () => {
  const sealed = await seal(bytes(3 * CHUNK_BYTES + 5), FAST);
  const other = await seal(bytes(3 * CHUNK_BYTES + 5), FAST);
  const header = sealed.subarray(0, headerBytes(sealed));
  const [a, b, c, d] = chunksOf(sealed);
  const [, strange] = chunksOf(other);
  assert.ok(a && b && c && d && strange);
  const empty = new Uint8Array(0);
  const cases: [string, Uint8Array[], Partial<ChunkError>][] = [
    ["moved", [b, a, c, d], { trouble: "changed", chunk: 1 }],
    ["doubled", [a, a, b, c, d], { trouble: "changed", chunk: 2 }],
    ["dropped", [a, c, d], { trouble: "changed", chunk: 2 }],
    ["another file's", [a, strange, c, d], { trouble: "changed", chunk: 2 }],
    ["cut between chunks", [a, b, c], { trouble: "cut_off", chunk: 3 }],
    ["cut in a chunk", [a, b.subarray(0, 99)], { trouble: "changed", chunk: 2, isLast: true }],
    ["cut in a tag", [a, b, c, d.subarray(0, 9)], { trouble: "cut_off", chunk: 3 }],
    ["appended bytes", [a, b, c, d, bytes(CHUNK_BYTES)], { trouble: "changed", chunk: 4 }],
    ["appended tag", [a, b, c, d, bytes(16)], { trouble: "changed", chunk: 4 }],
    ["no chunk", [empty], { trouble: "cut_off", chunk: 0 }],
  ];
  for (const [what, chunks, expected] of cases) {
    await assert.rejects(open(cut(concatBytes(header, ...chunks))), expected, what);
  }
});

Deno.test("openStream() tells data appended behind a full last chunk", async () => {
  const sealed = await seal(bytes(2 * CHUNK_BYTES), FAST);
  await assert.rejects(
    open(cut(concatBytes(sealed, bytes(20)))),
    { code: "bad_encoding", trouble: "appended", chunk: 2 },
  );
});

Deno.test("sealStream() uses another key for every file", async () => {
  const plaintext = bytes(64);
  const [first, second] = [await seal(plaintext, FAST), await seal(plaintext, FAST)];
  assert.notDeepEqual(chunksOf(first)[0], chunksOf(second)[0]);
});

Deno.test("sealStream() lets its source go when nobody reads on", async () => {
  let isReleased = false;
  const source = async function* () {
    try {
      while (true) yield await Promise.resolve(bytes(CHUNK_BYTES));
    } finally {
      isReleased = true;
    }
  };
  for await (const _piece of sealStream(engine, source(), FAST)) break;
  const stream = sealStream(engine, source(), FAST);
  await stream.next();
  await stream.next();
  await stream.return(undefined);
  assert.equal(isReleased, true);
});

function bytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map(() => Math.floor(random() * 256));
}

/** In pieces of random lengths, some of them empty, all in one buffer that is written again. */
async function* cut(whole: Uint8Array): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(50_000);
  for (let at = 0; at < whole.length;) {
    const length = Math.min(whole.length - at, Math.floor(random() * buffer.length));
    buffer.set(whole.subarray(at, at + length));
    yield await Promise.resolve(buffer.subarray(0, length));
    buffer.fill(0xee);
    at += length;
  }
}

async function* oneByOne(slow: Uint8Array, rest: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const byte of slow) yield await Promise.resolve(Uint8Array.of(byte));
  yield rest;
}

async function seal(plaintext: Uint8Array, to: SealFor): Promise<Uint8Array> {
  return await collect(sealStream(engine, cut(plaintext), to));
}

function opening(
  sealed: AsyncIterable<Uint8Array>,
  by: OpenWith = { password: PASSWORD },
): AsyncIterable<Uint8Array> {
  return openStream(engine, sealed, () => Promise.resolve(by));
}

async function open(sealed: AsyncIterable<Uint8Array>, by?: OpenWith): Promise<Uint8Array> {
  return await collect(opening(sealed, by));
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return concatBytes(...await Array.fromAsync(pieces));
}

function headerBytes(sealed: Uint8Array): number {
  return 10 + new DataView(sealed.buffer, sealed.byteOffset).getUint16(8) + 32;
}

function chunksOf(sealed: Uint8Array): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = headerBytes(sealed); at < sealed.length; at += SEALED_CHUNK_BYTES) {
    chunks.push(sealed.subarray(at, at + SEALED_CHUNK_BYTES));
  }
  return chunks;
}

async function refuses(work: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(work, { name: "CryptoError", code });
}
