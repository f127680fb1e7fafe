import assert from "node:assert/strict";
import { concatBytes } from "./bytes.ts";
import { DerTag, writeDer, writeDerUnsigned } from "./der.ts";
import { decrypt, encrypt, generateKeyPair, publicKeyOf } from "./sm2.ts";
import { encryptWithNonce } from "./sm2_cipher.ts";
import {
  convertCiphertext,
  joinCiphertext,
  signatureFromDer,
  signatureToDer,
} from "./sm2_codec.ts";
import { Sm2PublicPoint } from "./sm2_public_point.ts";

const FORMATS = ["c1c3c2", "c1c2c3", "der"] as const;
const INVALID_SIGNATURE = { name: "CryptoError", code: "invalid_signature" };
const BAD_ENCODING = { name: "CryptoError", code: "bad_encoding" };

function hex(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(digits.replaceAll(" ", ""));
}

/** Both numbers with the first byte given and the rest 5. */
function rawSignature(first: number): Uint8Array {
  const number = new Uint8Array(32).fill(5).with(0, first);
  return concatBytes(number, number);
}

Deno.test("signatures go to DER and back, with high bits, zeros in front and zero itself", () => {
  for (const raw of [rawSignature(0), rawSignature(0x7f), rawSignature(0x80)]) {
    assert.deepEqual(signatureFromDer(signatureToDer(raw)), raw);
  }
  const small = new Uint8Array(64).with(63, 9);
  assert.equal(signatureToDer(small).toHex(), "3006020100020109");
  assert.deepEqual(signatureFromDer(hex("3006020100020109")), small);
});

Deno.test("signatureToDer() refuses another length than 64", () => {
  for (const length of [0, 63, 65, 96]) {
    assert.throws(() => signatureToDer(new Uint8Array(length)), INVALID_SIGNATURE);
  }
});

Deno.test("signatureFromDer() takes the canonical encoding only", () => {
  const long = "01".padEnd(66, "0");
  const bad = {
    "nothing": "",
    "empty sequence": "3000",
    "one number": "3003020101",
    "three numbers": "3009020101020101020101",
    "trailing byte": "300602010102010100",
    "trailing byte inside": "30070201010201 0100",
    "zero in front": "3007020200010201 01",
    "negative": "3006020180020101",
    "empty number": "30050200020101",
    "long length": "308106020101020101",
    "indefinite length": "3080020101020101 0000",
    "another tag": "3106020101020101",
    "octet string": "3006040101020101",
    "33 bytes": `30260221${long}020101`,
    "longer than any": `3048${"02010102".repeat(18)}0000`,
  };
  for (const [what, der] of Object.entries(bad)) {
    assert.throws(() => signatureFromDer(hex(der)), INVALID_SIGNATURE, what);
  }
});

Deno.test("convertCiphertext() goes between all formats and loses nothing", () => {
  const { privateKey, publicKey } = generateKeyPair();
  const plaintext = new Uint8Array(40).fill(1);
  for (const from of FORMATS) {
    const ciphertext = encrypt(publicKey, plaintext, { format: from });
    for (const to of FORMATS) {
      const converted = convertCiphertext(ciphertext, from, to);
      assert.deepEqual(decrypt(privateKey, converted, { format: to }), plaintext);
      assert.deepEqual(convertCiphertext(converted, to, from), ciphertext);
    }
  }
});

Deno.test("convertCiphertext() keeps zeros in front of a coordinate, which DER drops", () => {
  const privateKey = hex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8");
  const publicPoint = new Sm2PublicPoint(publicKeyOf(privateKey));
  const plaintext = new Uint8Array(16).fill(2);
  // The first nonces whose point has a short y and a short x.
  for (const [nonce, zeroAt] of [[107n, 33], [327n, 1]] as const) {
    const parts = encryptWithNonce(publicPoint, plaintext, nonce);
    assert.ok(parts && parts.c1[zeroAt] === 0, "this nonce was chosen for its zero");
    const raw = joinCiphertext(parts, "c1c3c2");
    const der = convertCiphertext(raw, "c1c3c2", "der");
    assert.deepEqual(convertCiphertext(der, "der", "c1c3c2"), raw);
    assert.deepEqual(decrypt(privateKey, der, { format: "der" }), plaintext);
  }
});

Deno.test("convertCiphertext() refuses shapes that are none", () => {
  const raw = new Uint8Array(98).fill(1).with(0, 4);
  assert.equal(convertCiphertext(raw, "c1c3c2", "c1c2c3").length, 98);
  const notDer = [raw.subarray(1), raw.with(0, 2), raw.subarray(0, 97), new Uint8Array(0)];
  for (const format of ["c1c3c2", "c1c2c3"] as const) {
    for (const bad of notDer) {
      assert.throws(() => convertCiphertext(bad, format, "der"), BAD_ENCODING);
    }
  }
  const x = writeDerUnsigned(new Uint8Array(32).fill(3));
  const c3 = writeDer(DerTag.octetString, new Uint8Array(32));
  const c2 = writeDer(DerTag.octetString, Uint8Array.of(1));
  assert.equal(convertCiphertext(writeDer(0x30, x, x, c3, c2), "der", "c1c3c2").length, 98);
  const bad = {
    "five elements": writeDer(0x30, x, x, c3, c2, c2),
    "three elements": writeDer(0x30, x, x, c3),
    "no text": writeDer(0x30, x, x, c3, writeDer(0x04)),
    "another digest": writeDer(0x30, x, x, c2, c2),
    "a long number": writeDer(0x30, writeDerUnsigned(new Uint8Array(33).fill(1)), x, c3, c2),
    "numbers elsewhere": writeDer(0x30, c3, c2, x, x),
    "a set": writeDer(0x31, x, x, c3, c2),
    "trailing byte": concatBytes(writeDer(0x30, x, x, c3, c2), Uint8Array.of(0)),
  };
  for (const [what, der] of Object.entries(bad)) {
    assert.throws(() => convertCiphertext(der, "der", "c1c3c2"), BAD_ENCODING, what);
  }
});
