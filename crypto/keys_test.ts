import assert from "node:assert/strict";
import { runOpenssl } from "../tests/openssl.ts";
import { wipe } from "./bytes.ts";
import { DerTag, readDer, readDerChildren, writeDer, writeDerUnsigned, writeOid } from "./der.ts";
import {
  privateKeyFromDer,
  privateKeyFromEncryptedPem,
  privateKeyFromPem,
  privateKeyToDer,
  privateKeyToEncryptedPem,
  privateKeyToPem,
  publicKeyFromDer,
  publicKeyFromPem,
  publicKeyToDer,
  publicKeyToPem,
} from "./keys.ts";
import { readPbes2, writePbes2 } from "./pbes2.ts";
import { readPem, writePem } from "./pem.ts";
import { generateKeyPair, publicKeyOf } from "./sm2.ts";

const SM2_CURVE = "1.2.156.10197.1.301";
const PASSWORD = new TextEncoder().encode("correct horse");
const QUICK = { iterations: 10_000 };

/** The key of GB/T 32918.5 annex A. */
const PRIVATE_KEY = Uint8Array.fromHex(
  "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8",
);
const PUBLIC_KEY = publicKeyOf(PRIVATE_KEY);

Deno.test("keys survive DER and PEM", () => {
  const { privateKey, publicKey } = generateKeyPair();
  assert.deepEqual(privateKeyFromDer(privateKeyToDer(privateKey)), privateKey);
  assert.deepEqual(privateKeyFromPem(privateKeyToPem(privateKey)), privateKey);
  assert.deepEqual(publicKeyFromDer(publicKeyToDer(publicKey)), publicKey);
  assert.deepEqual(publicKeyFromPem(publicKeyToPem(publicKey)), publicKey);
});

Deno.test("openssl reads our private key and writes the same", async () => {
  const ours = privateKeyToPem(PRIVATE_KEY);
  assert.equal(await openssl(["pkey"], ours), ours);
  assert.equal(await openssl(["pkey", "-pubout"], ours), publicKeyToPem(PUBLIC_KEY));
});

Deno.test("openssl's private keys are read in every form it has", async () => {
  for (
    const args of [
      ["genpkey", "-algorithm", "SM2"],
      ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"],
      ["ecparam", "-genkey", "-name", "SM2"],
    ]
  ) {
    const pem = await openssl(args);
    const privateKey = privateKeyFromPem(pem);
    assert.equal(await openssl(["pkey", "-pubout"], pem), publicKeyToPem(publicKeyOf(privateKey)));
    const traditional = await openssl(["ec"], pem);
    assert.match(traditional, /BEGIN (EC|SM2) PRIVATE KEY/);
    assert.deepEqual(privateKeyFromPem(traditional), privateKey);
  }
});

Deno.test("openssl's public keys are read, compressed ones too", async () => {
  const pem = privateKeyToPem(PRIVATE_KEY);
  for (const form of ["uncompressed", "compressed"]) {
    const args = ["ec", "-pubout", "-conv_form", form];
    assert.deepEqual(publicKeyFromPem(await openssl(args, pem)), PUBLIC_KEY, form);
  }
  const hybrid = await openssl(["ec", "-pubout", "-conv_form", "hybrid"], pem);
  assert.throws(() => publicKeyFromPem(hybrid), { code: "invalid_point" });
});

Deno.test("keys named by the curve alone are read (GM/T 0015-2023)", () => {
  const bits = writeDer(DerTag.bitString, Uint8Array.of(0), PUBLIC_KEY);
  const inner = writeDer(
    DerTag.sequence,
    writeDerUnsigned(Uint8Array.of(1)),
    writeDer(DerTag.octetString, PRIVATE_KEY),
  );
  for (const parameters of [[], [writeDer(DerTag.null)], [writeOid(SM2_CURVE)]]) {
    const algorithm = writeDer(DerTag.sequence, writeOid(SM2_CURVE), ...parameters);
    assert.deepEqual(publicKeyFromDer(writeDer(DerTag.sequence, algorithm, bits)), PUBLIC_KEY);
    const der = writeDer(
      DerTag.sequence,
      writeDerUnsigned(Uint8Array.of(0)),
      algorithm,
      writeDer(DerTag.octetString, inner),
    );
    assert.deepEqual(privateKeyFromDer(der), PRIVATE_KEY);
  }
});

Deno.test("another algorithm, another curve and written-out parameters are refused", async () => {
  for (
    const args of [
      ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
      ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
      [
        ...["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"],
        ...["-pkeyopt", "ec_param_enc:explicit"],
      ],
    ]
  ) {
    const pem = await openssl(args);
    assert.throws(() => privateKeyFromPem(pem), { code: "not_supported" });
    const publicPem = await openssl(["pkey", "-pubout"], pem);
    assert.throws(() => publicKeyFromPem(publicPem), { code: "not_supported" });
  }
});

Deno.test("privateKeyFromDer() refuses a public key that is another's, and keys out of range", () => {
  const own = privateKeyToDer(PRIVATE_KEY);
  const foreign = own.with(own.length - 1, (own.at(-1) ?? 0) ^ 1);
  assert.throws(() => privateKeyFromDer(foreign), { code: "invalid_point" });
  const other = publicKeyOf(generateKeyPair().privateKey);
  const swapped = own.slice();
  swapped.set(other, swapped.length - other.length);
  assert.throws(() => privateKeyFromDer(swapped), { code: "invalid_key" });
  const zero = own.slice();
  zero.fill(0, own.length - 65 - 4 - 32 - 1, own.length - 65 - 4 - 1);
  assert.throws(() => privateKeyFromDer(zero), { name: "CryptoError" });
  assert.throws(() => privateKeyToDer(new Uint8Array(32)), { code: "invalid_key" });
  assert.throws(() => privateKeyToDer(PRIVATE_KEY.subarray(1)), { code: "wrong_length" });
  assert.throws(() => privateKeyFromDer(own.subarray(0, 100)), { code: "bad_encoding" });
  assert.throws(() => privateKeyFromDer(Uint8Array.of(...own, 0)), { code: "bad_encoding" });
});

Deno.test("encrypted keys survive, and a wrong password is told", () => {
  const pem = privateKeyToEncryptedPem(PRIVATE_KEY, PASSWORD, QUICK);
  assert.deepEqual(privateKeyFromEncryptedPem(pem, PASSWORD), PRIVATE_KEY);
  // Not from 0: HMAC fills a short key up with zeros, so that a zero more is the same password.
  for (let wrong = 1; wrong < 20; wrong++) {
    const password = Uint8Array.of(...PASSWORD, wrong);
    assert.throws(() => privateKeyFromEncryptedPem(pem, password), { code: "wrong_password" });
  }
});

Deno.test("openssl decrypts what we write with HMAC-SHA256", async () => {
  const pem = privateKeyToEncryptedPem(PRIVATE_KEY, PASSWORD, { ...QUICK, prf: "hmac_sha256" });
  assert.equal(
    await openssl(["pkey", "-passin", "pass:correct horse"], pem),
    privateKeyToPem(PRIVATE_KEY),
  );
});

Deno.test("openssl derives and decrypts by hand what we write with HMAC-SM3", async () => {
  const { der } = readPem(
    privateKeyToEncryptedPem(PRIVATE_KEY, PASSWORD, QUICK),
    ["ENCRYPTED PRIVATE KEY"],
  );
  // The frame is fixed: where the salt, IV and ciphertext stand is counted from its end.
  const encrypted = der.subarray(-144);
  const iv = der.subarray(-144 - 3 - 16, -144 - 3).toHex();
  const text = await openssl(["asn1parse", "-inform", "DER"], der);
  const [salt] = [...text.matchAll(/OCTET STRING\s+\[HEX DUMP\]:(\w{32})\n/g)].map(([, hex]) =>
    hex
  );
  assert.match(text, /:1\.2\.156\.10197\.1\.401\.2\n/);
  assert.match(text, /:sm4-cbc\n/);
  const { stdout: key } = await runOpenssl([
    ...["kdf", "-keylen", "16", "-kdfopt", "digest:SM3", "-kdfopt", "pass:correct horse"],
    ...["-kdfopt", `hexsalt:${salt}`, "-kdfopt", "iter:10000", "-binary", "PBKDF2"],
  ]);
  const { stdout: plain } = await runOpenssl(
    ["enc", "-d", "-sm4-cbc", "-K", key.toHex(), "-iv", iv],
    { stdin: encrypted },
  );
  assert.deepEqual(plain, privateKeyToDer(PRIVATE_KEY));
});

Deno.test("what openssl encrypts is decrypted", async () => {
  const pem = privateKeyToPem(PRIVATE_KEY);
  for (const options of [[], ["-v2", "sm4-cbc"], ["-v2", "aes-128-cbc", "-iter", "1000"]]) {
    const args = ["pkcs8", "-topk8", ...options, "-passout", "pass:correct horse"];
    const encrypted = await openssl(args, pem);
    assert.deepEqual(privateKeyFromEncryptedPem(encrypted, PASSWORD), PRIVATE_KEY);
    const wrong = new TextEncoder().encode("wrong horse");
    assert.throws(() => privateKeyFromEncryptedPem(encrypted, wrong), { code: "wrong_password" });
  }
});

/** A key made for a question about it (guanzhi/GmSSL#1574); one letter too many is taken out. */
const OF_GMSSL = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIIBBjBhBgkqhkiG9w0BBQ0wVDA0BgkqhkiG9w0BBQwwJwQQhvQOA/uAwFDBzuIy
Aw4nJAIDAQAAAgEQMAsGCSqBHM9VAYMRAjAcBggqgRzPVQFoAgQQMzUq28pJ2x1x
jRLyxWMFVQSBoCcYudyA4jAlibaWklA12V21IU2htFjyincOix99XtdNLOcKQO31
on3Iphsh5jr1R/6lSkKJkhuoWeV3qqe3wQf1UBFHh2PkkMnk10srnksY8ERdMUgX
jksZBWSCBAH3t8yFgPWm8WjXWuUwtqc+oeVcH175U3rfjEwShvdlgDX/NwceJXy1
JclZf0PH1uKZoHlAbbwvfSBYG8a0GeQOjNo=
-----END ENCRYPTED PRIVATE KEY-----
`;

Deno.test("what GmSSL encrypts is decrypted: HMAC-SM3 and SM4 of another make", () => {
  const privateKey = privateKeyFromEncryptedPem(OF_GMSSL, new TextEncoder().encode("123456"));
  const start = Uint8Array.fromHex("456ebbd0d45a92a7");
  assert.deepEqual(privateKey.subarray(0, start.length), start);
});

Deno.test("weak, old and unbounded encryption of keys is refused", async () => {
  const pem = privateKeyToPem(PRIVATE_KEY);
  const pass = ["-passout", "pass:correct horse"];
  for (
    const args of [
      ["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES", ...pass],
      ["pkcs8", "-topk8", "-scrypt", ...pass],
      ["pkcs8", "-topk8", "-v2prf", "hmacWithSHA1", ...pass],
      ["pkcs8", "-topk8", "-v2", "des3", ...pass],
      ["pkcs8", "-topk8", "-iter", "1", ...pass],
      ["pkcs8", "-topk8", "-v2", "sm4-cbc", "-iter", "999", ...pass],
    ]
  ) {
    const encrypted = await openssl(args, pem);
    const read = () => privateKeyFromEncryptedPem(encrypted, PASSWORD);
    assert.throws(read, { code: "not_supported" }, args.join(" "));
  }
  const old = await openssl(["ec", "-aes128", ...pass], pem);
  assert.throws(() => privateKeyFromPem(old), { code: "not_supported" });
  const encrypted = privateKeyToEncryptedPem(PRIVATE_KEY, PASSWORD, QUICK);
  const impatient = { iterationsMax: 9_999 };
  assert.throws(
    () => privateKeyFromEncryptedPem(encrypted, PASSWORD, impatient),
    { code: "too_large" },
  );
});

Deno.test("an encrypted key without a salt is refused", () => {
  const pem = privateKeyToEncryptedPem(PRIVATE_KEY, PASSWORD, QUICK);
  const { der } = readPem(pem, ["ENCRYPTED PRIVATE KEY"]);
  const [header, encrypted] = readDerChildren(readDer(der));
  assert.ok(header && encrypted);
  const scheme = readPbes2(header);
  for (const salt of [new Uint8Array(0), new Uint8Array(7)]) {
    const changed = writeDer(DerTag.sequence, writePbes2({ ...scheme, salt }), encrypted.raw);
    const text = writePem("ENCRYPTED PRIVATE KEY", changed);
    assert.throws(() => privateKeyFromEncryptedPem(text, PASSWORD), { code: "not_supported" });
  }
});

Deno.test("encrypting a key knows two functions by their names and no other", () => {
  for (const prf of ["HMAC_SM3", "hmac_sha1", "constructor", ""]) {
    assert.throws(
      () => privateKeyToEncryptedPem(PRIVATE_KEY, PASSWORD, { ...QUICK, prf: prf as "hmac_sm3" }),
      { code: "invalid_argument" },
      prf,
    );
  }
});

Deno.test("encrypting a key refuses an empty password and too few iterations", () => {
  const write = (password: Uint8Array, iterations: number) => () =>
    privateKeyToEncryptedPem(PRIVATE_KEY, password, { iterations });
  assert.throws(write(new Uint8Array(0), 10_000), { code: "invalid_argument" });
  for (const iterations of [0, 9_999, 10_000.5, 10_000_001, NaN]) {
    assert.throws(write(PASSWORD, iterations), { code: "invalid_argument" });
  }
});

Deno.test("no refusal of a key quotes the key", () => {
  const pem = privateKeyToPem(PRIVATE_KEY);
  const { der } = readPem(pem, ["PRIVATE KEY"]);
  for (let at = 0; at < der.length; at++) {
    const changed = der.with(at, (der[at] ?? 0) ^ 0x55);
    try {
      privateKeyFromPem(writePem("PRIVATE KEY", changed));
    } catch (error) {
      assert.ok(error instanceof Error);
      assert.doesNotMatch(error.message, /[0-9a-f]{12}|[A-Za-z0-9+/]{24}/);
    }
  }
  wipe(der);
});

async function openssl(
  args: readonly string[],
  stdin: string | Uint8Array = "",
): Promise<string> {
  const { stdout } = await runOpenssl(args, { stdin });
  return new TextDecoder().decode(stdout);
}
