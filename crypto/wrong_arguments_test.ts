/** What callers without a compiler pass: none of it is read as zeros, cut, or taken for another. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { concatBytes, copyBytes, equalBytes, requireLength } from "./bytes.ts";
import { readDer, writeDer, writeDerUnsigned } from "./der.ts";
import { desDecrypt, desEncrypt, type DesOptions } from "./des.ts";
import { keyCheckValue } from "./key_check.ts";
import { computeMac, type MacMethod } from "./mac.ts";
import { decryptPinBlock, encryptPinBlock, formatPinBlock, parsePinBlock } from "./pin_block.ts";
import { portableEngine } from "./providers/portable.ts";
import {
  agree,
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
import { convertCiphertext, signatureFromDer, signatureToDer } from "./sm2_codec.ts";
import { hmacSm3, pbkdf2HmacSm3, sm3, sm3Kdf } from "./sm3.ts";
import { Sm4, sm4CbcMac, sm4Cmac, sm4Decrypt, sm4Encrypt, sm4Open, sm4Seal } from "./sm4.ts";
import { hmacStream, messageDigest } from "./stream_digest.ts";

const KEY = Uint8Array.fromHex("0123456789ABCDEFFEDCBA9876543210");
const PAN = "6222021234567890123";
const DATA = new Uint8Array(16);
const IV = new Uint8Array(16);
const NONCE = new Uint8Array(12);
const { privateKey, publicKey } = generateKeyPair();
const other = generateKeyPair();
const signature = sign(privateKey, DATA);
const ciphertext = encrypt(publicKey, DATA);
const engine = portableEngine();

/** Each as long as the bytes it stands for. */
function notBytes(length: number): never[] {
  const shapes: unknown[] = [
    "0".repeat(length),
    "\0".repeat(length),
    Array.from({ length }, () => 1),
    new Uint16Array(length).fill(1),
    new Uint8ClampedArray(length).fill(1),
    { length, 0: 1 },
    new ArrayBuffer(length),
    null,
    length,
  ];
  return shapes as never[];
}

const USES: readonly (readonly [string, number, (wrong: never) => unknown])[] = [
  ["concatBytes", 16, (wrong) => concatBytes(DATA, wrong)],
  ["copyBytes", 16, (wrong) => copyBytes(wrong)],
  ["equalBytes left", 16, (wrong) => equalBytes(wrong, DATA)],
  ["equalBytes right", 16, (wrong) => equalBytes(DATA, wrong)],
  ["requireLength", 16, (wrong) => requireLength(wrong, 16, "a value")],
  ["readDer", 16, (wrong) => readDer(wrong)],
  ["writeDer", 16, (wrong) => writeDer(4, wrong)],
  ["writeDerUnsigned", 16, (wrong) => writeDerUnsigned(wrong)],
  ["desEncrypt key", 16, (wrong) => desEncrypt({ mode: "ecb", key: wrong }, DATA)],
  ["desEncrypt data", 16, (wrong) => desEncrypt({ mode: "ecb", key: KEY }, wrong)],
  ["desDecrypt data", 16, (wrong) => desDecrypt({ mode: "ecb", key: KEY }, wrong)],
  ["desEncrypt IV", 8, (wrong) => desEncrypt({ mode: "cbc", key: KEY, iv: wrong }, DATA)],
  ["keyCheckValue sm4", 16, (wrong) => keyCheckValue("sm4", wrong)],
  ["keyCheckValue tdes", 16, (wrong) => keyCheckValue("tdes", wrong)],
  ["formatPinBlock", 6, (wrong) => formatPinBlock({ format: "iso9564_1", pin: wrong })],
  ["parsePinBlock", 8, (wrong) => parsePinBlock({ format: "iso9564_1" }, wrong)],
  ["encryptPinBlock key", 16, (wrong) => encryptPinBlock(pin("iso9564_0", wrong))],
  ["encryptPinBlock SM4 key", 16, (wrong) => encryptPinBlock(pin("sm4_16", wrong))],
  ["decryptPinBlock", 8, (wrong) => decryptPinBlock(pin("iso9564_0", KEY), wrong)],
  ["hmacStream key", 32, (wrong) => hmacStream(engine, wrong)],
  ["messageDigest key", 65, (wrong) => messageDigest(engine, wrong, DEFAULT_USER_ID)],
  ["messageDigest user id", 16, (wrong) => messageDigest(engine, publicKey, wrong)],
  ["publicKeyOf", 32, (wrong) => publicKeyOf(wrong)],
  ["decodePoint", 65, (wrong) => decodePoint(wrong)],
  ["sign key", 32, (wrong) => sign(wrong, DATA)],
  ["sign message", 16, (wrong) => sign(privateKey, wrong)],
  ["sign user id", 16, (wrong) => sign(privateKey, DATA, { userId: wrong })],
  ["verify key", 65, (wrong) => verify(wrong, DATA, signature)],
  ["verify message", 16, (wrong) => verify(publicKey, wrong, signature)],
  ["verify user id", 16, (wrong) => verify(publicKey, DATA, signature, { userId: wrong })],
  ["signDigest", 32, (wrong) => new Sm2Signer(privateKey).signDigest(wrong)],
  ["verifyDigest", 32, (wrong) => new Sm2Verifier(publicKey).verifyDigest(wrong, signature)],
  ["encrypt key", 65, (wrong) => encrypt(wrong, DATA)],
  ["encrypt plaintext", 16, (wrong) => encrypt(publicKey, wrong)],
  ["decrypt key", 32, (wrong) => decrypt(wrong, ciphertext)],
  ["decrypt ciphertext", 113, (wrong) => decrypt(privateKey, wrong)],
  ["Sm2Signer.decrypt", 113, (wrong) => new Sm2Signer(privateKey).decrypt(wrong)],
  ["convertCiphertext", 113, (wrong) => convertCiphertext(wrong, "c1c3c2", "der")],
  ["convertCiphertext DER", 113, (wrong) => convertCiphertext(wrong, "der", "c1c3c2")],
  ["signatureToDer", 64, (wrong) => signatureToDer(wrong)],
  ["signatureFromDer", 70, (wrong) => signatureFromDer(wrong)],
  ["agree own key", 32, (wrong) => agreement({ privateKey: wrong }, {})],
  ["agree own ephemeral", 32, (wrong) => agreement({ ephemeralPrivateKey: wrong }, {})],
  ["agree own user id", 16, (wrong) => agreement({ userId: wrong }, {})],
  ["agree peer key", 65, (wrong) => agreement({}, { publicKey: wrong })],
  ["agree peer ephemeral", 65, (wrong) => agreement({}, { ephemeralPublicKey: wrong })],
  ["agree peer user id", 16, (wrong) => agreement({}, { userId: wrong })],
  ["sm3", 16, (wrong) => sm3(wrong)],
  ["hmacSm3 key", 16, (wrong) => hmacSm3(wrong, DATA)],
  ["hmacSm3 data", 16, (wrong) => hmacSm3(KEY, wrong)],
  ["pbkdf2HmacSm3 password", 16, (wrong) => pbkdf2HmacSm3(wrong, DATA, 1, 16)],
  ["pbkdf2HmacSm3 salt", 16, (wrong) => pbkdf2HmacSm3(DATA, wrong, 1, 16)],
  ["sm3Kdf", 16, (wrong) => sm3Kdf(wrong, 16)],
  ["sm4Encrypt key", 16, (wrong) => sm4Encrypt({ ...CBC, key: wrong }, DATA)],
  ["sm4Encrypt IV", 16, (wrong) => sm4Encrypt({ ...CBC, key: KEY, iv: wrong }, DATA)],
  ["sm4Encrypt data", 16, (wrong) => sm4Encrypt({ ...CBC, key: KEY }, wrong)],
  ["sm4Decrypt data", 16, (wrong) => sm4Decrypt({ ...CBC, key: KEY }, wrong)],
  ["sm4Seal nonce", 12, (wrong) => sm4Seal({ key: KEY, nonce: wrong }, DATA)],
  ["sm4Seal associated", 12, (wrong) => sm4Seal({ key: KEY, nonce: NONCE, aad: wrong }, DATA)],
  ["sm4Seal plaintext", 16, (wrong) => sm4Seal({ key: KEY, nonce: NONCE }, wrong)],
  ["sm4Open", 32, (wrong) => sm4Open({ key: KEY, nonce: NONCE }, wrong)],
  ["sm4Cmac", 16, (wrong) => sm4Cmac(KEY, wrong)],
  ["sm4CbcMac data", 16, (wrong) => sm4CbcMac(KEY, wrong)],
  ["sm4CbcMac IV", 16, (wrong) => sm4CbcMac(KEY, DATA, { iv: wrong })],
  ["Sm4 stream", 16, (wrong) => new Sm4(KEY).encryptStream(CBC).update(wrong)],
];

const CBC = { mode: "cbc", padding: "none", iv: IV } as const;
const MAC_KEYS: Readonly<Record<MacMethod, number>> = {
  hmac_sm3: 32,
  sm4_cmac: 16,
  sm4_cbc: 16,
  sm4_pboc: 16,
  sm4_unionpay_ecb: 16,
  des_x9_9: 8,
  tdes_x9_19: 16,
  tdes_unionpay_ecb: 16,
  tdes_pboc: 16,
};

Deno.test("whatever is no Uint8Array is refused with invalid_argument", () => {
  for (const [name, length, use] of USES) refusesNotBytes(name, length, use);
});

Deno.test("computeMac() of every method refuses what is no Uint8Array", () => {
  for (const [name, keyBytes] of Object.entries(MAC_KEYS)) {
    const method = name as MacMethod;
    const key = new Uint8Array(32).map((_, at) => KEY[at % 16] ?? 0).subarray(0, keyBytes);
    refusesNotBytes(`${name} key`, keyBytes, (wrong) => computeMac(method, wrong, DATA));
    refusesNotBytes(`${name} data`, 16, (wrong) => computeMac(method, key, wrong));
    const ivBytes = { sm4_cbc: 16, sm4_pboc: 16, tdes_pboc: 8 }[name];
    if (ivBytes === undefined) continue;
    refusesNotBytes(`${name} IV`, ivBytes, (iv) => computeMac(method, key, DATA, { iv }));
  }
});

Deno.test("verify() answers false for a signature that is no Uint8Array", () => {
  const verifier = new Sm2Verifier(publicKey);
  for (const wrong of [...notBytes(64), ...notBytes(70), ...notBytes(0), undefined as never]) {
    assert.equal(verify(publicKey, DATA, wrong), false);
    assert.equal(verify(publicKey, DATA, wrong, { format: "der" }), false);
    assert.equal(verifier.verify(DATA, wrong, DEFAULT_USER_ID), false);
    assert.equal(verifier.verifyDigest(new Uint8Array(32), wrong), false);
  }
});

Deno.test("Buffers and other kinds of Uint8Array are bytes", () => {
  class Kind extends Uint8Array {}
  for (const kind of [Buffer.from(KEY), Kind.from(KEY), KEY.subarray(0)]) {
    assert.deepEqual(sm3(kind), sm3(KEY));
    assert.deepEqual(concatBytes(kind, kind), concatBytes(KEY, KEY));
    assert.deepEqual(computeMac("tdes_x9_19", kind, kind), computeMac("tdes_x9_19", KEY, KEY));
    assert.equal(keyCheckValue("sm4", kind).toHex(), keyCheckValue("sm4", KEY).toHex());
  }
  assert.equal(verify(Buffer.from(publicKey), DATA, Buffer.from(signature)), true);
  assert.deepEqual(decrypt(Buffer.from(privateKey), Buffer.from(ciphertext)), DATA);
});

Deno.test("names nobody knows are refused, never taken for another", () => {
  for (const wrong of ["", "SM4", "Initiator", "toString", null, 0, undefined]) {
    const name = wrong as never;
    const unknownMode = { name: "CryptoError", code: "unknown_mode" };
    const said = String(wrong);
    assert.throws(() => keyCheckValue(name, KEY), unknownMode, said);
    assert.throws(() => computeMac(name, KEY, DATA), unknownMode, said);
    assert.throws(() => computeMac(name, KEY, DATA, { iv: IV }), unknownMode, said);
    assert.throws(() => computeMac(name, KEY, new Uint8Array()), unknownMode, said);
    assert.throws(() => desEncrypt({ mode: name, key: KEY } as DesOptions, DATA), unknownMode);
    assert.throws(() => formatPinBlock({ format: name, pin: "1234" }), unknownMode, said);
    assert.throws(() => sm4Encrypt({ ...CBC, key: KEY, mode: name }, DATA), unknownMode, said);
    assert.throws(() => sm4Encrypt({ ...CBC, key: KEY, padding: name }, DATA), unknownMode, said);
    assert.throws(() => convertCiphertext(ciphertext, name, "der"), unknownMode, said);
    assert.throws(() => convertCiphertext(ciphertext, "c1c3c2", name), unknownMode, said);
    if (wrong === undefined) continue;
    assert.throws(() => agreement({}, {}, name), { code: "invalid_argument" }, said);
    assert.throws(() => sm4CbcMac(KEY, DATA, { padding: name }), unknownMode, said);
    const format = { format: name };
    assert.throws(() => sign(privateKey, DATA, format), unknownMode, said);
    assert.throws(() => verify(publicKey, DATA, signature, format), unknownMode, said);
    assert.throws(() => encrypt(publicKey, DATA, format), unknownMode, said);
    assert.throws(() => decrypt(privateKey, ciphertext, format), unknownMode, said);
  }
});

Deno.test("a PAN is text", () => {
  for (const pan of [6222021234567890, [PAN], null, new Uint8Array(16)]) {
    const wrong = { format: "iso9564_0", pin: "1234", pan: pan as never } as const;
    assert.throws(() => formatPinBlock(wrong), { name: "CryptoError", code: "invalid_argument" });
  }
});

function refusesNotBytes(name: string, length: number, use: (wrong: never) => unknown): void {
  for (const wrong of notBytes(length)) {
    // Text is another form of a PIN.
    if (name === "formatPinBlock" && typeof wrong === "string") continue;
    const expected = { name: "CryptoError", code: "invalid_argument" };
    assert.throws(
      () => use(wrong),
      expected,
      `${name} of ${Object.prototype.toString.call(wrong)}`,
    );
  }
}

function pin(format: "iso9564_0" | "sm4_16", key: Uint8Array) {
  return { format, key, pan: PAN, pin: "123456" } as const;
}

function agreement(own: object, peer: object, role: "initiator" = "initiator") {
  return agree({
    role,
    own: { privateKey, ephemeralPrivateKey: other.privateKey, ...own },
    peer: { publicKey: other.publicKey, ephemeralPublicKey: publicKey, ...peer },
    length: 16,
  });
}
