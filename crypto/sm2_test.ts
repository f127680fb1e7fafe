import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { concatBytes } from "./bytes.ts";
import {
  decodePoint,
  decrypt,
  DEFAULT_USER_ID,
  encrypt,
  generateKeyPair,
  publicKeyOf,
  sign,
  Sm2Signer,
  Sm2Verifier,
  verify,
} from "./sm2.ts";
import { encryptWithNonce } from "./sm2_cipher.ts";
import { joinCiphertext, signatureToDer } from "./sm2_codec.ts";
import {
  Curve,
  encodePoint,
  FIELD_PRIME,
  ORDER,
  type Point,
  publicPoint,
  readNumber,
  writeNumbers,
} from "./sm2_curve.ts";
import { Sm2Identity } from "./sm2_identity.ts";
import { Sm2PublicPoint } from "./sm2_public_point.ts";
import { signWithNonce } from "./sm2_signature.ts";
import { Sm3 } from "./sm3.ts";

/** GB/T 32918.5-2017 annex A, C: key and nonce of the examples. */
const PRIVATE_KEY = hex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8");
const PUBLIC_KEY = hex(
  "04 09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020" +
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13",
);
const NONCE = readNumber(hex("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21"));
const MESSAGE = text("message digest");
const SIGNATURE = hex(
  "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3" +
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA",
);
const PLAINTEXT = text("encryption standard");
const C1 = hex(
  "04 04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73" +
    "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0",
);
const C3 = hex("59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766");
const C2 = hex("21886CA989CA9C7D58087307CA93092D651EFA");

const INVALID_POINT = { name: "CryptoError", code: "invalid_point" };
const INVALID_ARGUMENT = { name: "CryptoError", code: "invalid_argument" };
const DECRYPTION_FAILED = { name: "CryptoError", code: "decryption_failed" };

function hex(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(digits.replaceAll(" ", ""));
}

function text(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(value);
}

/** A copy with one bit changed. */
function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
}

Deno.test("publicKeyOf() gives the standard's key", () => {
  assert.deepEqual(publicKeyOf(PRIVATE_KEY), PUBLIC_KEY);
});

Deno.test("generateKeyPair() makes pairs that belong together and differ", () => {
  const [one, other] = [generateKeyPair(), generateKeyPair()];
  assert.equal(one.privateKey.length, 32);
  assert.deepEqual(publicKeyOf(one.privateKey), one.publicKey);
  assert.notDeepEqual(one.privateKey, other.privateKey);
});

Deno.test("private keys are 32 bytes from 1 to n-2", () => {
  const code = "invalid_key";
  for (const scalar of [0n, ORDER - 1n, ORDER, ORDER + 1n, (1n << 256n) - 1n]) {
    const key = writeNumbers(scalar);
    assert.throws(() => publicKeyOf(key), { code }, `${scalar}`);
    assert.throws(() => sign(key, MESSAGE), { code }, `${scalar}`);
    assert.throws(() => decrypt(key, concatBytes(C1, C3, C2)), { code }, `${scalar}`);
  }
  for (const length of [0, 31, 33]) {
    assert.throws(() => publicKeyOf(new Uint8Array(length).fill(1)), { code: "wrong_length" });
  }
  for (const scalar of [1n, 2n, ORDER - 2n]) {
    const key = writeNumbers(scalar);
    assert.ok(verify(publicKeyOf(key), MESSAGE, sign(key, MESSAGE)), `${scalar}`);
  }
});

Deno.test("Z and e are those of GB/T 32918.5 annex A", () => {
  const identity = new Sm2Identity(PUBLIC_KEY);
  assert.equal(
    identity.z(DEFAULT_USER_ID).toHex().toUpperCase(),
    "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3",
  );
  assert.equal(
    identity.digest(MESSAGE, DEFAULT_USER_ID).toHex().toUpperCase(),
    "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640",
  );
});

Deno.test("Sm2Identity does not take one user for another", () => {
  const identity = new Sm2Identity(PUBLIC_KEY);
  const first = identity.z(text("first"));
  assert.notDeepEqual(identity.z(text("other")), first);
  assert.deepEqual(identity.z(text("first")), first);
});

Deno.test("signWithNonce() gives the signature of GB/T 32918.5 annex A", () => {
  const inverse = Curve.Fn.inv(1n + readNumber(PRIVATE_KEY));
  const digest = new Sm2Identity(PUBLIC_KEY).digest(MESSAGE, DEFAULT_USER_ID);
  assert.deepEqual(signWithNonce(inverse, readNumber(digest), NONCE), SIGNATURE);
});

Deno.test("signWithNonce() asks for another nonce where the standard does", () => {
  const { x } = Curve.BASE.multiply(NONCE).toAffine();
  const digestFor = (r: bigint) => (r - x + 2n * ORDER) % ORDER;
  assert.equal(signWithNonce(7n, digestFor(0n), NONCE), null, "r = 0");
  assert.equal(signWithNonce(7n, digestFor(ORDER - NONCE), NONCE), null, "r + k = n");
  const r = 5n;
  const inverse = r * Curve.Fn.inv(NONCE + r) % ORDER;
  assert.equal(signWithNonce(inverse, digestFor(r), NONCE), null, "s = 0");
});

Deno.test("verify() takes the standard's signature, raw and DER", () => {
  assert.equal(verify(PUBLIC_KEY, MESSAGE, SIGNATURE), true);
  const der = signatureToDer(SIGNATURE);
  assert.equal(
    der.toHex(),
    "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3" +
      "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
  );
  assert.equal(verify(PUBLIC_KEY, MESSAGE, der, { format: "der" }), true);
  assert.equal(verify(PUBLIC_KEY, MESSAGE, der), false, "DER where raw is due");
  assert.equal(verify(PUBLIC_KEY, MESSAGE, SIGNATURE, { format: "der" }), false);
});

Deno.test("sign() and verify() agree over keys, messages, user ids and formats", () => {
  for (const length of [0, 1, 55, 64, 1000]) {
    const { privateKey, publicKey } = generateKeyPair();
    const message = new Uint8Array(length).fill(length);
    const userId = new Uint8Array(length === 1000 ? 8191 : 1 + length).fill(3);
    for (const format of ["raw", "der"] as const) {
      const signature = sign(privateKey, message, { userId, format });
      assert.equal(verify(publicKey, message, signature, { userId, format }), true);
      assert.equal(verify(publicKey, message, signature, { format }), false, "another user id");
    }
    assert.equal(verify(publicKey, message, sign(privateKey, message)), true);
    assert.equal(verify(PUBLIC_KEY, message, sign(privateKey, message)), false, "another key");
  }
});

Deno.test("sign() never draws the same nonce", () => {
  const signer = new Sm2Signer(PRIVATE_KEY);
  const signatures = Array.from({ length: 20 }, () => signer.sign(MESSAGE, DEFAULT_USER_ID));
  assert.equal(new Set(signatures.map((signature) => signature.toHex())).size, 20);
});

Deno.test("verify() rejects every changed bit of signature, message and user id", () => {
  const verifier = new Sm2Verifier(PUBLIC_KEY);
  const userId = DEFAULT_USER_ID;
  for (let bit = 0; bit < 8 * SIGNATURE.length; bit++) {
    assert.equal(verifier.verify(MESSAGE, flipped(SIGNATURE, bit), userId), false, `${bit}`);
  }
  for (let bit = 0; bit < 8 * MESSAGE.length; bit++) {
    assert.equal(verifier.verify(flipped(MESSAGE, bit), SIGNATURE, userId), false, `${bit}`);
  }
  for (let bit = 0; bit < 8 * userId.length; bit++) {
    assert.equal(verifier.verify(MESSAGE, SIGNATURE, flipped(userId, bit)), false, `${bit}`);
  }
  assert.equal(verifier.verify(MESSAGE, SIGNATURE, userId), true);
});

Deno.test("verify() answers false for numbers out of range", () => {
  const r = readNumber(SIGNATURE);
  const s = readNumber(SIGNATURE.subarray(32));
  const edges = [0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, (1n << 256n) - 1n];
  for (const other of edges) {
    assert.equal(verify(PUBLIC_KEY, MESSAGE, writeNumbers(other, s)), false, `r = ${other}`);
    assert.equal(verify(PUBLIC_KEY, MESSAGE, writeNumbers(r, other)), false, `s = ${other}`);
  }
  assert.equal(verify(PUBLIC_KEY, MESSAGE, writeNumbers(r, ORDER - r)), false, "t = 0");
  assert.equal(verify(PUBLIC_KEY, MESSAGE, writeNumbers(s, r)), false, "swapped");
});

Deno.test("verify() answers false for every other length", () => {
  for (const length of [0, 1, 63, 65, 66, 128]) {
    const signature = concatBytes(SIGNATURE, SIGNATURE).slice(0, length);
    assert.equal(verify(PUBLIC_KEY, MESSAGE, signature), false, `${length}`);
  }
  const zero = Uint8Array.of(0);
  const [r, s] = [SIGNATURE.subarray(0, 32), SIGNATURE.subarray(32)];
  assert.equal(verify(PUBLIC_KEY, MESSAGE, concatBytes(r, zero, s)), false, "zero before s");
  assert.equal(verify(PUBLIC_KEY, MESSAGE, concatBytes(zero, SIGNATURE)), false, "zero before r");
});

/** s·G + t·P for a signature over any digest one likes, as an attacker picks e after the rest. */
function signatureFor(target: Point, publicKey: Point, s: bigint, t: bigint) {
  assert.ok(target.equals(Curve.BASE.multiply(s).add(publicKey.multiply(t))));
  const r = (t - s + ORDER) % ORDER;
  const e = (r - target.toAffine().x + 2n * ORDER) % ORDER;
  return { digest: writeNumbers(e), r, s };
}

Deno.test("verifyDigest() does not take s + n for s, where it would still fit 32 bytes", () => {
  const [s, t] = [5n, 1234n];
  const publicKey = publicPoint(PUBLIC_KEY);
  const target = Curve.BASE.multiply(s).add(publicKey.multiply(t));
  const { digest, r } = signatureFor(target, publicKey, s, t);
  const verifier = new Sm2Verifier(PUBLIC_KEY);
  assert.equal(verifier.verifyDigest(digest, writeNumbers(r, s)), true);
  assert.equal(verifier.verifyDigest(digest, writeNumbers(r, s + ORDER)), false);
});

Deno.test("verifyDigest() takes an x between n and p, which a random signature never meets", () => {
  const target = pointWithX(ORDER + 1n);
  const [s, t] = [77n, 99n];
  const publicKey = target.subtract(Curve.BASE.multiply(s)).multiply(Curve.Fn.inv(t));
  const { digest, r } = signatureFor(target, publicKey, s, t);
  const verifier = new Sm2Verifier(encodePoint(publicKey.toAffine()));
  assert.equal(verifier.verifyDigest(digest, writeNumbers(r, s)), true);
});

/** The first point whose x is this or a little more. */
function pointWithX(x: bigint): Point {
  const bytes = concatBytes(Uint8Array.of(2), writeNumbers(x));
  try {
    return Curve.fromBytes(bytes);
  } catch {
    return pointWithX(x + 1n);
  }
}

Deno.test("verify() answers false when the sum is infinity, which a key's owner can arrange", () => {
  const d = readNumber(PRIVATE_KEY);
  for (const t of [1n, 2n, 0x1234_5678n, ORDER - 3n]) {
    const s = (ORDER - t * d % ORDER) % ORDER;
    const r = (t - s + ORDER) % ORDER;
    assert.equal(verify(PUBLIC_KEY, MESSAGE, writeNumbers(r, s)), false, `${t}`);
  }
});

Deno.test("verifying with and without multiples of the key is the same", () => {
  const verifier = new Sm2Verifier(PUBLIC_KEY);
  const signer = new Sm2Signer(PRIVATE_KEY);
  for (let count = 0; count < 40; count++) {
    const message = Uint8Array.of(count);
    const signature = signer.sign(message, DEFAULT_USER_ID);
    assert.equal(verify(verifier, message, signature), true);
    assert.equal(verify(verifier, MESSAGE, signature), false);
  }
});

Deno.test("signDigest() and verifyDigest() take 32 bytes and are sign() and verify() without Z", () => {
  const digest = new Sm2Identity(PUBLIC_KEY).digest(MESSAGE, DEFAULT_USER_ID);
  using signer = new Sm2Signer(PRIVATE_KEY);
  using verifier = new Sm2Verifier(PUBLIC_KEY);
  const signature = signer.signDigest(digest);
  assert.equal(verify(PUBLIC_KEY, MESSAGE, signature), true);
  assert.equal(verifier.verifyDigest(digest, signature), true);
  assert.throws(() => signer.signDigest(digest.subarray(1)), { code: "wrong_length" });
  assert.throws(() => verifier.verifyDigest(digest.subarray(1), signature), {
    code: "wrong_length",
  });
});

Deno.test("keys and user ids are copied, so that what becomes of a Buffer changes nothing", () => {
  const { privateKey, publicKey } = generateKeyPair();
  const [keyBuffer, id] = [Buffer.from(publicKey), Buffer.from("ALICE")];
  const verifier = new Sm2Verifier(keyBuffer);
  using signer = new Sm2Signer(privateKey);
  keyBuffer.fill(0);
  const signature = signer.sign(MESSAGE, id);
  assert.ok(verifier.verify(MESSAGE, signature, id));
  id.write("BOBBY");
  assert.equal(verifier.verify(MESSAGE, signature, id), false);
  assert.ok(verifier.verify(MESSAGE, signer.sign(MESSAGE, id), Buffer.from("BOBBY")));
});

Deno.test("writing into DEFAULT_USER_ID changes nothing of what is signed without a user id", () => {
  const { privateKey, publicKey } = generateKeyPair();
  const kept = DEFAULT_USER_ID.slice();
  try {
    DEFAULT_USER_ID.fill(0x41);
    assert.ok(verify(publicKey, MESSAGE, sign(privateKey, MESSAGE), { userId: kept }));
    assert.ok(verify(publicKey, MESSAGE, sign(privateKey, MESSAGE, { userId: kept })));
  } finally {
    DEFAULT_USER_ID.set(kept);
  }
});

Deno.test("sign() and verify() refuse an empty and an endless user id", () => {
  for (const length of [0, 8192]) {
    const userId = new Uint8Array(length);
    assert.throws(() => sign(PRIVATE_KEY, MESSAGE, { userId }), INVALID_ARGUMENT);
    assert.throws(() => verify(PUBLIC_KEY, MESSAGE, SIGNATURE, { userId }), INVALID_ARGUMENT);
  }
});

Deno.test("public keys are 65 bytes of a point on the curve, beginning with 04", () => {
  const y = PUBLIC_KEY.subarray(33);
  const offCurve = flipped(PUBLIC_KEY, 8 * 64);
  // x = 1 is on the curve; x = 1 + p says the same point in another way.
  const small = decodePoint(concatBytes(Uint8Array.of(2), writeNumbers(1n)));
  const over = concatBytes(Uint8Array.of(4), writeNumbers(1n + FIELD_PRIME), small.subarray(33));
  const bad = {
    "off the curve": offCurve,
    "x over p": over,
    "y over p": concatBytes(PUBLIC_KEY.subarray(0, 33), writeNumbers((1n << 256n) - 1n)),
    "infinity": hex("00"),
    "zeros": new Uint8Array(65),
    "04 and zeros": new Uint8Array(65).with(0, 4),
    "hybrid 06": PUBLIC_KEY.with(0, 6),
    "hybrid 07": PUBLIC_KEY.with(0, 7),
    "without 04": PUBLIC_KEY.subarray(1),
    "one more byte": concatBytes(PUBLIC_KEY, Uint8Array.of(0)),
    "swapped": concatBytes(Uint8Array.of(4), y, PUBLIC_KEY.subarray(1, 33)),
    "nothing": new Uint8Array(0),
  };
  for (const [what, key] of Object.entries(bad)) {
    assert.throws(() => decodePoint(key), INVALID_POINT, what);
    assert.throws(() => verify(key, MESSAGE, SIGNATURE), INVALID_POINT, what);
    assert.throws(() => encrypt(key, PLAINTEXT), INVALID_POINT, what);
  }
});

Deno.test("decodePoint() reads compressed points, which keys of calls must not be", () => {
  const even = (PUBLIC_KEY[64] ?? 0) % 2 === 0;
  const compressed = PUBLIC_KEY.slice(0, 33).with(0, even ? 2 : 3);
  const mirrored = PUBLIC_KEY.slice(0, 33).with(0, even ? 3 : 2);
  assert.deepEqual(decodePoint(compressed), PUBLIC_KEY);
  assert.deepEqual(decodePoint(PUBLIC_KEY), PUBLIC_KEY);
  const negative = encodePoint(publicPoint(PUBLIC_KEY).negate().toAffine());
  assert.deepEqual(decodePoint(mirrored), negative);
  assert.throws(() => decodePoint(concatBytes(Uint8Array.of(2), writeNumbers(2n))), INVALID_POINT);
  assert.throws(() => verify(compressed, MESSAGE, SIGNATURE), INVALID_POINT);
});

Deno.test("encryptWithNonce() gives the ciphertext of GB/T 32918.5 annex C", () => {
  const parts = encryptWithNonce(new Sm2PublicPoint(PUBLIC_KEY), PLAINTEXT, NONCE);
  assert.deepEqual(parts, { c1: C1, c3: C3, c2: C2 });
});

Deno.test("decrypt() reads the standard's ciphertext in every format", () => {
  assert.deepEqual(decrypt(PRIVATE_KEY, concatBytes(C1, C3, C2)), PLAINTEXT);
  assert.deepEqual(decrypt(PRIVATE_KEY, concatBytes(C1, C2, C3), { format: "c1c2c3" }), PLAINTEXT);
  const der = joinCiphertext({ c1: C1, c3: C3, c2: C2 }, "der");
  assert.equal(
    der.toHex(),
    `307c0220${C1.subarray(1, 33).toHex()}022100${C1.subarray(33).toHex()}` +
      `0420${C3.toHex()}0413${C2.toHex()}`,
  );
  assert.deepEqual(decrypt(PRIVATE_KEY, der, { format: "der" }), PLAINTEXT);
});

Deno.test("encrypt() and decrypt() agree over lengths and formats", () => {
  const { privateKey, publicKey } = generateKeyPair();
  for (const length of [1, 2, 31, 32, 33, 5000]) {
    const plaintext = new Uint8Array(length).fill(length);
    for (const format of ["c1c3c2", "c1c2c3", "der"] as const) {
      const ciphertext = encrypt(publicKey, plaintext, { format });
      assert.deepEqual(decrypt(privateKey, ciphertext, { format }), plaintext);
    }
  }
});

Deno.test("encrypting with and without multiples of the key is the same", () => {
  const verifier = new Sm2Verifier(PUBLIC_KEY);
  for (let count = 0; count < 12; count++) {
    assert.deepEqual(decrypt(PRIVATE_KEY, encrypt(verifier, PLAINTEXT)), PLAINTEXT);
  }
});

Deno.test("encrypt() refuses nothing and more than 1 MiB", () => {
  assert.throws(() => encrypt(PUBLIC_KEY, new Uint8Array(0)), INVALID_ARGUMENT);
  assert.throws(() => encrypt(PUBLIC_KEY, new Uint8Array((1 << 20) + 1)), { code: "too_large" });
});

Deno.test("decrypt() gives one answer to every changed byte", () => {
  const ciphertext = encrypt(PUBLIC_KEY, PLAINTEXT);
  for (let at = 1; at < ciphertext.length; at++) {
    const changed = flipped(ciphertext, 8 * at + at % 8);
    assert.throws(() => decrypt(PRIVATE_KEY, changed), DECRYPTION_FAILED, `${at}`);
  }
  const other = generateKeyPair();
  assert.throws(() => decrypt(other.privateKey, ciphertext), DECRYPTION_FAILED);
  const cut = ciphertext.subarray(0, -1);
  assert.throws(() => decrypt(PRIVATE_KEY, cut), DECRYPTION_FAILED);
});

Deno.test("decrypt() refuses what is no ciphertext by its shape", () => {
  const ciphertext = encrypt(PUBLIC_KEY, PLAINTEXT);
  const compressed = concatBytes(ciphertext.slice(0, 33).with(0, 2), ciphertext.subarray(65));
  for (const bad of [ciphertext.subarray(1), ciphertext.with(0, 6), compressed, C1, C2]) {
    for (const format of ["c1c3c2", "c1c2c3", "der"] as const) {
      assert.throws(() => decrypt(PRIVATE_KEY, bad, { format }), { code: "bad_encoding" });
    }
    const signer = new Sm2Signer(PRIVATE_KEY);
    assert.throws(() => signer.decrypt(bad), DECRYPTION_FAILED, "a provider tells no reason");
  }
});

Deno.test("a mask of zeros is drawn anew, and refused where it comes in", () => {
  const nonce = 470n;
  const plaintext = text("A");
  assert.equal(encryptWithNonce(new Sm2PublicPoint(PUBLIC_KEY), plaintext, nonce), null);
  const shared = publicPoint(PUBLIC_KEY).multiply(nonce).toAffine();
  const c3 = new Sm3()
    .update(writeNumbers(shared.x)).update(plaintext).update(writeNumbers(shared.y)).digest();
  const c1 = encodePoint(Curve.BASE.multiply(nonce).toAffine());
  assert.throws(() => decrypt(PRIVATE_KEY, concatBytes(c1, c3, plaintext)), DECRYPTION_FAILED);
});

Deno.test("Sm2Signer refuses to work once it is disposed of", () => {
  const signer = new Sm2Signer(PRIVATE_KEY);
  signer[Symbol.dispose]();
  assert.throws(() => signer.sign(MESSAGE, DEFAULT_USER_ID), INVALID_ARGUMENT);
  assert.throws(() => signer.decrypt(concatBytes(C1, C3, C2)), INVALID_ARGUMENT);
});

Deno.test("formats nobody knows are refused, not guessed", () => {
  const format = "C1C3C2" as "c1c3c2";
  assert.throws(() => encrypt(PUBLIC_KEY, PLAINTEXT, { format }), { code: "unknown_mode" });
  assert.throws(() => decrypt(PRIVATE_KEY, C1, { format }), { code: "unknown_mode" });
  const signatureFormat = "DER" as "der";
  const options = { format: signatureFormat };
  assert.throws(() => sign(PRIVATE_KEY, MESSAGE, options), { code: "unknown_mode" });
  assert.throws(() => verify(PUBLIC_KEY, MESSAGE, SIGNATURE, options), { code: "unknown_mode" });
});
