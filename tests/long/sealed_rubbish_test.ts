import assert from "node:assert/strict";
import { CryptoError } from "../../crypto/errors.ts";
import { createManifest, signManifest, verifyManifest } from "../../crypto/manifest.ts";
import { readManifest } from "../../crypto/manifest_text.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { readHeader, readPrelude } from "../../crypto/sealed_header.ts";
import { sealStream } from "../../crypto/sealed_stream.ts";
import { signWithKey } from "../../crypto/certificates.ts";
import { generateKeyPair } from "../../crypto/sm2.ts";
import { seededRandom } from "../random.ts";

/** Whatever bytes come, a parser answers or refuses; it does not break and does not hang. */

const INPUTS = 100_000;
const random = seededRandom(18031989);
const pair = generateKeyPair();

Deno.test(`the header of a sealed file: ${INPUTS} malformed inputs`, async () => {
  const engine = portableEngine();
  const headers: Uint8Array[] = [];
  for (
    const to of [
      { password: Uint8Array.of(1), iterations: 1_000 },
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

Deno.test("a signed manifest: 3,000 malformed inputs, none of them verified", async () => {
  const text = createManifest([{ path: "a", size: 1, sm3: new Uint8Array(32) }], {});
  const signed = await signManifest(text, signWithKey(pair.privateKey));
  for (let input = 0; input < 3_000; input++) {
    const bytes = mutate(signed);
    if (bytes.length === signed.length && bytes.every((byte, at) => byte === signed[at])) continue;
    assert.notEqual(verifyManifest(bytes, pair.publicKey).kind, "signed");
  }
});

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

function pick(list: readonly Uint8Array[]): Uint8Array {
  const picked = list[below(list.length)];
  assert.ok(picked);
  return picked;
}

function below(limit: number): number {
  return Math.floor(random() * limit);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
