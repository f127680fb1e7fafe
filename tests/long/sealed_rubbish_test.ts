import assert from "node:assert/strict";
import { type Bytes, concatBytes } from "../../crypto/bytes.ts";
import { CryptoError } from "../../crypto/errors.ts";
import { createManifest, signManifest, verifyManifest } from "../../crypto/manifest.ts";
import { readManifest } from "../../crypto/manifest_text.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { CHUNK_BYTES, readHeader, readPrelude } from "../../crypto/sealed_header.ts";
import { openStream, sealStream } from "../../crypto/sealed_stream.ts";
import { signWithKey } from "../../crypto/certificates.ts";
import { generateKeyPair, sign, Sm2Signer, Sm2Verifier } from "../../crypto/sm2.ts";
import { seededRandom } from "../random.ts";

/** Whatever bytes come, a parser answers or refuses; it does not break and does not hang. */

const INPUTS = 100_000;
/** Of one recipient. */
const HEADER_BYTES = 10 + 6 + 145 + 32;
const random = seededRandom(18031989);
const pair = generateKeyPair();

Deno.test(`the header of a sealed file: ${INPUTS} malformed inputs`, async () => {
  const engine = portableEngine();
  const headers: Uint8Array[] = [];
  for (
    const to of [
      { password: Uint8Array.of(1), iterations: 10_000 },
      { recipients: [pair.publicKey] },
      { recipients: [pair.publicKey, generateKeyPair().publicKey] },
    ]
  ) {
    const { value } = await sealStream(engine, nothing(), to).next();
    assert.ok(value);
    headers.push(value);
    assert.equal(read(value), true);
  }
  let refused = 0;
  for (let input = 0; input < INPUTS; input++) {
    if (!read(mutate(pick(headers)))) refused++;
  }
  // Fingerprints, wrapped keys, salts and MACs may be any bytes: they are judged by what they open.
  assert.ok(refused > INPUTS / 4 && refused < INPUTS, `${refused} refused`);
});

Deno.test(`the text of a manifest: ${INPUTS} malformed inputs`, () => {
  const files = ["a", "b/c", "目录/文件"].map((path) => ({
    path,
    size: 7,
    sm3: new Uint8Array(32),
  }));
  const good = [
    createManifest(files, { version: "1.0", note: "发布" }),
    createManifest(files.slice(1), {}),
    createManifest([], { a: "b" }),
  ];
  let refused = 0;
  for (let input = 0; input < INPUTS; input++) {
    const text = mutate(pick(good));
    try {
      const { files: readFiles, meta } = readManifest(text);
      // What is taken is the one form of what was read.
      assert.deepEqual(createManifest(readFiles, meta), text);
    } catch (thrown) {
      assert.ok(thrown instanceof CryptoError, String(thrown));
      refused++;
    }
  }
  assert.ok(refused > INPUTS / 2, `${refused} refused`);
});

Deno.test(`a whole sealed file: ${INPUTS} malformed inputs, none of them opened`, async () => {
  const engine = portableEngine();
  const files: SealedFile[] = [];
  for (const length of [0, 1, 300, CHUNK_BYTES, CHUNK_BYTES + 100]) {
    const plaintext = new Uint8Array(length).map(() => below(256));
    const to = { recipients: [pair.publicKey] };
    files.push({ plaintext, sealed: await collect(sealStream(engine, inPieces(plaintext), to)) });
  }
  using privateKey = rememberingKey();
  for (const { sealed, plaintext } of files) {
    const opened = openStream(engine, inPieces(sealed), () => Promise.resolve({ privateKey }));
    assert.deepEqual(await collect(opened), plaintext);
  }
  privateKey.isClosed = true;
  const small = files.filter(({ plaintext }) => plaintext.length < CHUNK_BYTES);
  for (let input = 0; input < INPUTS; input++) {
    // Whole chunks take a hundred times as long.
    const { sealed, plaintext } = pick(input % 100 === 0 ? files : small);
    // What comes from behind the header is not refused by it.
    const bytes = input % 2 === 0 ? mutate(sealed) : mutateBehind(sealed, HEADER_BYTES);
    if (isSame(bytes, sealed)) continue;
    let opened = 0;
    try {
      const stream = openStream(engine, inPieces(bytes), () => Promise.resolve({ privateKey }));
      for await (const piece of stream) {
        assert.ok(isSame(piece, plaintext.subarray(opened, opened + piece.length)));
        opened += piece.length;
      }
    } catch (thrown) {
      assert.ok(thrown instanceof CryptoError, String(thrown));
      continue;
    }
    assert.fail(`input ${input} was opened: ${bytes.toHex().slice(0, 1000)}`);
  }
});

Deno.test(`a signed manifest: ${INPUTS} malformed inputs, none of them verified`, async () => {
  const text = createManifest([{ path: "a", size: 1, sm3: new Uint8Array(32) }], {});
  const signed = await signManifest(text, signWithKey(pair.privateKey));
  const publicKey = new Sm2Verifier(pair.publicKey);
  const kinds = new Map<string, number>();
  for (let input = 0; input < INPUTS; input++) {
    // A signature takes long to verify, so most of the changes are to its line, which is read first.
    const bytes = input % 8 === 0 ? mutate(signed) : mutateBehind(signed, text.length);
    if (isSame(bytes, signed)) continue;
    const { kind } = verifyManifest(bytes, publicKey);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  assert.deepEqual([...kinds.keys()].toSorted(), ["malformed", "wrong_signature"]);
});

Deno.test("a malformed manifest with a good signature: 1,000 inputs, read strictly", () => {
  const text = createManifest([{ path: "a", size: 1, sm3: new Uint8Array(32) }], { a: "b" });
  const publicKey = new Sm2Verifier(pair.publicKey);
  const kinds = new Map<string, number>();
  for (let input = 0; input < 1_000; input++) {
    const bytes = mutate(text);
    const line = `sm2-signature ${sign(pair.privateKey, bytes).toHex()}\n`;
    const signed = concatBytes(bytes, new TextEncoder().encode(line));
    const verified = verifyManifest(signed, publicKey);
    if (verified.kind === "signed") {
      assert.deepEqual(createManifest(verified.manifest.files, verified.manifest.meta), bytes);
    }
    kinds.set(verified.kind, (kinds.get(verified.kind) ?? 0) + 1);
  }
  assert.ok((kinds.get("malformed") ?? 0) > 800, JSON.stringify([...kinds]));
  assert.equal(kinds.get("wrong_signature"), undefined);
});

interface SealedFile {
  readonly plaintext: Uint8Array;
  readonly sealed: Uint8Array;
}

/** Decrypts with SM2 until it is closed, and then what it knows: the header's parser is asked here. */
function rememberingKey() {
  const signer = new Sm2Signer(pair.privateKey);
  const known = new Map<string, Uint8Array>();
  return {
    isClosed: false,
    publicKey: signer.publicKey,
    decrypt(ciphertext: Uint8Array): Bytes {
      const found = known.get(ciphertext.toHex());
      if (found) return Uint8Array.from(found);
      if (this.isClosed) throw new CryptoError("decryption_failed", "Cannot decrypt");
      const plaintext = signer.decrypt(ciphertext);
      known.set(ciphertext.toHex(), Uint8Array.from(plaintext));
      return plaintext;
    },
    [Symbol.dispose]: () => signer[Symbol.dispose](),
  };
}

/** True when it is a header, false when it was refused as one. */
function read(bytes: Uint8Array): boolean {
  try {
    const prelude = bytes.subarray(0, 10);
    const length = readPrelude(prelude);
    assert.ok(length <= 65_535 + 32);
    readHeader(prelude, bytes.subarray(10, 10 + length));
    return true;
  } catch (thrown) {
    assert.ok(thrown instanceof CryptoError && thrown.code === "bad_encoding", String(thrown));
    return false;
  }
}

function mutate(good: Uint8Array): Uint8Array {
  const bytes = good.slice();
  switch (below(6)) {
    case 0:
      return bytes.subarray(0, below(bytes.length));
    case 1:
      return new Uint8Array(below(400)).map(() => below(256));
    case 2: {
      const at = below(bytes.length);
      return new Uint8Array([...bytes.subarray(0, at), below(256), ...bytes.subarray(at)]);
    }
    case 3: {
      const [from, to] = [below(bytes.length), below(bytes.length)];
      bytes.copyWithin(from, to, to + below(20));
      return bytes;
    }
    default:
      for (let changes = 1 + below(3); changes > 0; changes--) {
        // Mostly where the structure stands.
        bytes[below(random() < 0.7 ? Math.min(60, bytes.length) : bytes.length)] = below(256);
      }
      return bytes;
  }
}

/** Leaves the first bytes as they are. */
function mutateBehind(good: Uint8Array, start: number): Uint8Array {
  return concatBytes(good.subarray(0, start), mutate(good.subarray(start)));
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

async function* inPieces(whole: Uint8Array): AsyncGenerator<Uint8Array> {
  const at = below(whole.length + 1);
  yield await Promise.resolve(whole.slice(0, at));
  yield whole.slice(at);
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return concatBytes(...await Array.fromAsync(pieces));
}

function pick<Item>(list: readonly Item[]): Item {
  const picked = list[below(list.length)];
  assert.ok(picked);
  return picked;
}

function below(limit: number): number {
  return Math.floor(random() * limit);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
