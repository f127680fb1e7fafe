/** SM2 with the other implementations at hand, both ways, and with what strangers send. */
import assert from "node:assert/strict";
import {
  DerTag,
  derUnsigned,
  readDer,
  readDerChildren,
  readOid,
  writeDer,
  writeDerUnsigned,
  writeOid,
} from "../../crypto/der.ts";
import { CryptoError, type CryptoErrorCode } from "../../crypto/errors.ts";
import { privateKeyToPem, publicKeyToPem } from "../../crypto/keys.ts";
import {
  decodePoint,
  decrypt,
  DEFAULT_USER_ID,
  encrypt,
  generateKeyPair,
  sign,
  Sm2Verifier,
  verify,
} from "../../crypto/sm2.ts";
import { convertCiphertext, signatureFromDer, signatureToDer } from "../../crypto/sm2_codec.ts";
import { runOpenssl } from "../openssl.ts";
import { seededRandom } from "../random.ts";
import { sm2 } from "../sm_crypto.ts";

const MALFORMED = 100_000;
const OPENSSL_ROUNDS = 60;
const SM_CRYPTO_ROUNDS = 100;
const FORMATS = ["c1c3c2", "c1c2c3", "der"] as const;

type Random = () => number;

function bytes(random: Random, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

function text(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}

Deno.test("openssl verifies our signatures and we verify its, under the same user id", async () => {
  const random = seededRandom(1);
  for (let round = 0; round < OPENSSL_ROUNDS; round++) {
    const { privateKey, publicKey } = generateKeyPair();
    const message = bytes(random, Math.floor(random() * 300));
    const userId = round % 2 === 0 ? DEFAULT_USER_ID : bytes(random, 1 + round);
    const id = ["-sigopt", `hexdistid:${userId.toHex()}`];
    const ours = sign(privateKey, message, { userId, format: "der" });
    const { stdout: verdict } = await runOpenssl(
      ["dgst", "-sm3", "-verify", "key.pem", ...id, "-signature", "signature", "message"],
      { files: { "key.pem": publicKeyToPem(publicKey), signature: ours, message } },
    );
    assert.equal(text(verdict).trim(), "Verified OK");
    const { stdout: theirs } = await runOpenssl(
      ["dgst", "-sm3", "-sign", "key.pem", ...id, "message"],
      { files: { "key.pem": privateKeyToPem(privateKey), message } },
    );
    assert.equal(verify(publicKey, message, theirs, { userId, format: "der" }), true);
    assert.equal(verify(publicKey, message, signatureFromDer(theirs), { userId }), true);
  }
});

Deno.test("openssl refuses our signature under another user id", async () => {
  const { privateKey, publicKey } = generateKeyPair();
  const message = Uint8Array.of(1, 2, 3);
  const signature = sign(privateKey, message, { format: "der" });
  const files = { "key.pem": publicKeyToPem(publicKey), signature, message };
  const run = (...id: string[]) =>
    runOpenssl(
      ["dgst", "-sm3", "-verify", "key.pem", ...id, "-signature", "signature", "message"],
      { files },
    );
  await run("-sigopt", "distid:1234567812345678");
  await assert.rejects(run("-sigopt", "distid:1234567812345679"));
  await assert.rejects(run(), "none named means the empty one to OpenSSL 3.0");
});

Deno.test("openssl decrypts what we encrypt and we what it encrypts", async () => {
  const random = seededRandom(2);
  for (let round = 0; round < OPENSSL_ROUNDS; round++) {
    const { privateKey, publicKey } = generateKeyPair();
    // From 4 bytes on: it does not draw anew for a mask of zeros, which we refuse.
    const plaintext = bytes(random, 4 + Math.floor(random() * 200));
    const { stdout: read } = await runOpenssl(
      ["pkeyutl", "-decrypt", "-inkey", "key.pem", "-in", "ciphertext"],
      {
        files: {
          "key.pem": privateKeyToPem(privateKey),
          ciphertext: encrypt(publicKey, plaintext, { format: "der" }),
        },
      },
    );
    assert.deepEqual(read, plaintext);
    const { stdout: theirs } = await runOpenssl(
      ["pkeyutl", "-encrypt", "-pubin", "-inkey", "key.pem", "-in", "plaintext"],
      { files: { "key.pem": publicKeyToPem(publicKey), plaintext } },
    );
    assert.deepEqual(decrypt(privateKey, theirs, { format: "der" }), plaintext);
    const raw = convertCiphertext(theirs, "der", "c1c3c2");
    assert.deepEqual(decrypt(privateKey, raw), plaintext);
  }
});

Deno.test("openssl decrypts ciphertexts whose coordinates are short in DER", async () => {
  const { privateKey, publicKey } = generateKeyPair();
  const plaintext = new Uint8Array(16).fill(7);
  const key = new Sm2Verifier(publicKey);
  const isShort = (ciphertext: Uint8Array) => ciphertext[1] === 0 || ciphertext[33] === 0;
  // Two in 256 have a zero in front of x or y.
  const short = Array.from({ length: 3000 }, () => encrypt(key, plaintext)).filter(isShort);
  assert.ok(short.length > 0);
  for (const ciphertext of short) {
    const der = convertCiphertext(ciphertext, "c1c3c2", "der");
    const { stdout } = await runOpenssl(
      ["pkeyutl", "-decrypt", "-inkey", "key.pem", "-in", "ciphertext"],
      { files: { "key.pem": privateKeyToPem(privateKey), ciphertext: der } },
    );
    assert.deepEqual(stdout, plaintext);
    assert.deepEqual(convertCiphertext(der, "der", "c1c3c2"), ciphertext);
  }
});

Deno.test("sm-crypto and we read each other's keys, signatures and ciphertexts", () => {
  const random = seededRandom(3);
  for (let round = 0; round < SM_CRYPTO_ROUNDS; round++) {
    const { privateKey, publicKey } = generateKeyPair();
    const [d, p] = [privateKey.toHex(), publicKey.toHex()];
    assert.equal(sm2.getPublicKeyFromPrivateKey(d), p);
    const message = bytes(random, 1 + Math.floor(random() * 200));
    const format = round % 2 === 0 ? "raw" : "der";
    const options = { hash: true, der: format === "der" };
    const ours = sign(privateKey, message, { format });
    assert.equal(sm2.doVerifySignature(message, ours.toHex(), p, options), true);
    const theirs = Uint8Array.fromHex(
      sm2.doSignature(message, d, { ...options, publicKey: p }),
    );
    assert.equal(verify(publicKey, message, theirs, { format }), true);

    // Its C1 goes without the 04 in front.
    const [cipherFormat, mode] = round % 2 === 0 ? ["c1c3c2", 1] as const : ["c1c2c3", 0] as const;
    const long = new Uint8Array([...message, 1, 2, 3, 4]);
    const sent = encrypt(publicKey, long, { format: cipherFormat }).subarray(1);
    const read = sm2.doDecrypt(sent.toHex(), d, mode, { output: "array" });
    assert.deepEqual(read, [...long]);
    const received = Uint8Array.fromHex("04" + sm2.doEncrypt(long, p, mode));
    assert.deepEqual(decrypt(privateKey, received, { format: cipherFormat }), long);
  }
});

Deno.test("encrypt() and decrypt() carry 1 MiB in every format", () => {
  const { privateKey, publicKey } = generateKeyPair();
  const plaintext = bytes(seededRandom(4), 1 << 20);
  for (const format of FORMATS) {
    const ciphertext = encrypt(publicKey, plaintext, { format });
    assert.deepEqual(decrypt(privateKey, ciphertext, { format }), plaintext);
  }
});

/** One to four bytes changed, put in, taken out, or the end cut off. */
function mutated(valid: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const changed = [...valid];
  const below = (bound: number) => Math.floor(random() * bound);
  for (let edits = 1 + below(4); edits > 0; edits--) {
    const at = below(changed.length + 1);
    const edit = below(8);
    if (edit < 3) changed[Math.min(at, changed.length)] = below(256);
    else if (edit < 5) changed[Math.min(at, changed.length)] = [0, 1, 0x80, 0xff][below(4)] ?? 0;
    else if (edit === 5) changed.splice(at, 0, below(256));
    else if (edit === 6) changed.splice(at, 1);
    else changed.length = at;
  }
  return Uint8Array.from(changed);
}

/** Half of them close to a valid one, the rest from nowhere; refusals are counted by their code. */
function refusals(
  valid: (random: Random) => Uint8Array,
  parse: (input: Uint8Array<ArrayBuffer>) => void,
): Map<CryptoErrorCode | "accepted", number> {
  const random = seededRandom(5);
  const counts = new Map<CryptoErrorCode | "accepted", number>();
  for (let round = 0; round < MALFORMED; round++) {
    const input = round % 8 === 0
      ? bytes(random, Math.floor(random() * 150))
      : mutated(valid(random), random);
    const verdict = verdictOn(input, parse);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  return counts;
}

/** Anything but a CryptoError ends the test. */
function verdictOn(
  input: Uint8Array<ArrayBuffer>,
  parse: (input: Uint8Array<ArrayBuffer>) => void,
): CryptoErrorCode | "accepted" {
  try {
    parse(input);
    return "accepted";
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw new Error(`Cannot parse ${input.toHex()}`, { cause: error });
  }
}

function assertRefusedAs(
  counts: Map<CryptoErrorCode | "accepted", number>,
  ...codes: (CryptoErrorCode | "accepted")[]
): void {
  assert.deepEqual([...counts.keys()].toSorted(), codes.toSorted());
}

/** Reads all there is, down to integers and names, and writes it again. */
function rewritten(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const node = readDer(der);
  if (node.tag === DerTag.oid) return writeOid(readOid(node));
  if (node.tag === DerTag.integer) return writeDerUnsigned(derUnsigned(node, 64));
  if ((node.tag & 0x20) === 0) return writeDer(node.tag, node.content);
  return writeDer(node.tag, ...readDerChildren(node).map((child) => rewritten(child.raw)));
}

Deno.test("DER: 100,000 malformed inputs are refused or written again as they were", () => {
  const valid = writeDer(
    DerTag.sequence,
    writeDer(DerTag.sequence, writeOid("1.2.840.10045.2.1"), writeOid("1.2.156.10197.1.301")),
    writeDerUnsigned(new Uint8Array(32).fill(0x91)),
    writeDer(0xa0, writeDer(DerTag.null)),
    writeDer(DerTag.octetString, new Uint8Array(140)),
  );
  const counts = refusals(() => valid, (input) => assert.deepEqual(rewritten(input), input));
  assertRefusedAs(counts, "accepted", "bad_encoding");
});

Deno.test("signatures: 100,000 malformed inputs are refused and never verify", () => {
  const { privateKey, publicKey } = generateKeyPair();
  const verifier = new Sm2Verifier(publicKey);
  const message = Uint8Array.of(1, 2, 3);
  const raw = sign(privateKey, message);
  const der = signatureToDer(raw);
  const isSame = (input: Uint8Array, valid: Uint8Array) => input.toHex() === valid.toHex();
  const counts = refusals(() => der, (input) => {
    assert.equal(verify(verifier, message, input, { format: "der" }), isSame(input, der));
    assert.deepEqual(signatureToDer(signatureFromDer(input)), input);
  });
  assertRefusedAs(counts, "accepted", "invalid_signature");
  const rawCounts = refusals(() => raw, (input) => {
    assert.equal(verify(verifier, message, input), isSame(input, raw));
    signatureToDer(input);
  });
  assertRefusedAs(rawCounts, "accepted", "invalid_signature");
});

Deno.test("ciphertexts: 100,000 malformed inputs change their form back and forth or not", () => {
  const { publicKey } = generateKeyPair();
  for (const format of FORMATS) {
    const valid = encrypt(publicKey, new Uint8Array(20).fill(1), { format });
    const counts = refusals(() => valid, (input) => {
      const other = format === "der" ? "c1c3c2" : "der";
      assert.deepEqual(
        convertCiphertext(convertCiphertext(input, format, other), other, format),
        input,
      );
    });
    assertRefusedAs(counts, "accepted", "bad_encoding");
  }
});

Deno.test("ciphertexts: 100,000 malformed inputs are never decrypted to something else", () => {
  const { privateKey, publicKey } = generateKeyPair();
  const plaintext = new Uint8Array(4).fill(1);
  const valid = encrypt(publicKey, plaintext);
  const counts = refusals(() => valid, (input) => {
    assert.deepEqual(decrypt(privateKey, input), plaintext);
  });
  assertRefusedAs(counts, "accepted", "bad_encoding", "decryption_failed");
});

Deno.test("points: 100,000 malformed inputs are refused or are another point of the curve", () => {
  const forms = Array.from({ length: 8 }, () => generateKeyPair().publicKey).flatMap((point) => [
    point,
    point.slice(0, 33).with(0, 2 + (point[64] ?? 0) % 2),
  ]);
  const counts = refusals(
    (random) => forms[Math.floor(random() * forms.length)] ?? new Uint8Array(0),
    (input) => {
      const point = decodePoint(input);
      assert.deepEqual(decodePoint(point), point);
      const sameY = input.length === 65 || (point[64] ?? 0) % 2 === (input[0] ?? 0) - 2;
      assert.ok(sameY && point.subarray(1, 33).toHex() === input.subarray(1, 33).toHex());
    },
  );
  assertRefusedAs(counts, "accepted", "invalid_point");
});
