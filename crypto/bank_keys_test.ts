import assert from "node:assert/strict";
import forge from "node-forge";
import { runOpenssl } from "../tests/openssl.ts";
import {
  bankPrivateKeyFromPem,
  bankPrivateKeyToPem,
  createBankRequest,
  generateBankKeyPair,
  readBankKeyStore,
  writeBankKeyStore,
} from "./bank_keys.ts";
import { certificateToPem, requestToPem } from "./certificates.ts";
import { privateKeyToPem } from "./keys.ts";
import { readPem } from "./pem.ts";
import { generateKeyPair } from "./sm2.ts";

const PASSWORD = "correct horse";
const SUBJECT = [{ type: "C", value: "CN" }, { type: "O", value: "城市" }, {
  type: "CN",
  value: "m",
}];

/** Made once: an RSA key takes its time. */
const PAIR = await generateBankKeyPair(2048);
const CERTIFICATE = await selfSigned(PAIR.privateKey, "bank");
const OTHER_KEY = bankPrivateKeyFromPem(await openssl(["genpkey", "-algorithm", "RSA"], {}));
const AUTHORITY = await selfSigned(OTHER_KEY, "authority");
const FILES = {
  "key.pem": bankPrivateKeyToPem(PAIR.privateKey),
  "own.pem": certificateToPem(CERTIFICATE),
  "chain.pem": certificateToPem(AUTHORITY),
};

Deno.test("openssl reads the key and the request we make for a bank", async () => {
  const text = await openssl(["pkey", "-in", "key.pem", "-noout", "-text"], FILES);
  assert.match(text, /2048 bit/);
  assert.deepEqual(bankPrivateKeyFromPem(FILES["key.pem"]), PAIR.privateKey);
  const request = await createBankRequest({ subject: SUBJECT, keyPair: PAIR });
  const files = { "request.pem": requestToPem(request) };
  const shown = await openssl(
    ["req", "-in", "request.pem", "-verify", "-noout", "-text", "-nameopt", "RFC2253,-esc_msb"],
    files,
  );
  assert.match(shown, /Subject: CN=m,O=城市,C=CN/);
  assert.match(shown, /sha256WithRSAEncryption/);
});

Deno.test("createBankRequest() refuses two keys that do not belong together, and SM2", async () => {
  await assert.rejects(
    createBankRequest({ subject: SUBJECT, keyPair: { ...PAIR, privateKey: OTHER_KEY } }),
    { code: "invalid_key" },
  );
  const sm2 = readPem(privateKeyToPem(generateKeyPair().privateKey), ["PRIVATE KEY"]).der;
  await assert.rejects(
    createBankRequest({ subject: SUBJECT, keyPair: { ...PAIR, privateKey: sm2 } }),
    { code: "invalid_key" },
  );
  const pem = privateKeyToPem(generateKeyPair().privateKey);
  assert.throws(() => bankPrivateKeyFromPem(pem), { code: "not_supported" });
});

Deno.test("PKCS#12 survives, and openssl reads it", async () => {
  const store = { privateKey: PAIR.privateKey, certificates: [CERTIFICATE, AUTHORITY] };
  for (const encryption of ["aes256", "3des"] as const) {
    const file = writeBankKeyStore(store, PASSWORD, { encryption });
    assert.deepEqual(readBankKeyStore(file, PASSWORD), store);
    assert.throws(() => readBankKeyStore(file, "wrong horse"), { code: "wrong_password" });
    const text = await openssl(
      ["pkcs12", "-in", "store.p12", "-passin", `pass:${PASSWORD}`, "-noenc"],
      { "store.p12": file },
    );
    assert.deepEqual(bankPrivateKeyFromPem(text), PAIR.privateKey, encryption);
    assert.equal(text.match(/BEGIN CERTIFICATE/g)?.length, 2);
  }
});

Deno.test("PKCS#12 of openssl is read, the key's own certificate first", async () => {
  for (
    const options of [
      [],
      ["-legacy"],
      ["-keypbe", "NONE", "-certpbe", "NONE"],
      ["-nomaciter", "-iter", "1"],
    ]
  ) {
    const { stdout } = await runOpenssl([
      ...["pkcs12", "-export", "-in", "own.pem", "-inkey", "key.pem", "-certfile", "chain.pem"],
      ...["-passout", `pass:${PASSWORD}`, ...options],
    ], { files: FILES });
    const store = readBankKeyStore(stdout, PASSWORD);
    assert.deepEqual(store.privateKey, PAIR.privateKey, options.join(" "));
    assert.deepEqual(store.certificates, [CERTIFICATE, AUTHORITY]);
  }
});

Deno.test("PKCS#12 of an SM2 key is refused", async () => {
  const key = privateKeyToPem(generateKeyPair().privateKey);
  const { stdout } = await runOpenssl(
    ["pkcs12", "-export", "-nocerts", "-inkey", "key.pem", "-passout", `pass:${PASSWORD}`],
    { files: { "key.pem": key } },
  );
  assert.throws(() => readBankKeyStore(stdout, PASSWORD), { code: "not_supported" });
});

Deno.test("PKCS#12 without a MAC is refused, encrypted or not", async () => {
  for (const options of [[], ["-keypbe", "NONE", "-certpbe", "NONE"]]) {
    const { stdout } = await runOpenssl([
      ...["pkcs12", "-export", "-in", "own.pem", "-inkey", "key.pem", "-nomac", ...options],
      ...["-passout", `pass:${PASSWORD}`],
    ], { files: FILES });
    for (const password of [PASSWORD, "any other"]) {
      assert.throws(
        () => readBankKeyStore(stdout, password),
        { code: "not_supported", message: /without a MAC/ },
      );
    }
  }
});

Deno.test("RSA keys below 2048 bits are refused", async () => {
  const weak = bankPrivateKeyFromPem(
    await openssl(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], {}),
  );
  const certificate = await selfSigned(weak, "weak");
  const files = {
    "key.pem": bankPrivateKeyToPem(weak),
    "own.pem": certificateToPem(certificate),
  };
  const { stdout } = await runOpenssl(
    ["pkcs12", "-export", "-in", "own.pem", "-inkey", "key.pem", "-passout", `pass:${PASSWORD}`],
    { files },
  );
  const refused = { code: "invalid_key", message: /1024 bits: expected 2048/ };
  assert.throws(() => readBankKeyStore(stdout, PASSWORD), refused);
  const store = { privateKey: weak, certificates: [certificate] };
  assert.throws(() => writeBankKeyStore(store, PASSWORD), refused);
  const spki = await openssl(["pkey", "-in", "key.pem", "-pubout"], files);
  const keyPair = { privateKey: weak, publicKey: readPem(spki, ["PUBLIC KEY"]).der };
  await assert.rejects(createBankRequest({ subject: SUBJECT, keyPair }), refused);
  await assert.rejects(generateBankKeyPair(1024 as 2048), { code: "invalid_argument" });
});

Deno.test("PKCS#12 is encrypted as named and in no other way", () => {
  const store = { privateKey: PAIR.privateKey, certificates: [CERTIFICATE] };
  for (const encryption of ["AES256", "aes128", "constructor", ""]) {
    assert.throws(
      () => writeBankKeyStore(store, PASSWORD, { encryption: encryption as "3des" }),
      { code: "invalid_argument" },
      encryption,
    );
  }
});

Deno.test("PKCS#12 bounds the work that it asks for inside what is encrypted", () => {
  const store = readBankKeyStore(nestedStore(16, false), PASSWORD);
  assert.deepEqual(store, { privateKey: PAIR.privateKey, certificates: [CERTIFICATE] });
  assert.deepEqual(readBankKeyStore(nestedStore(16, true), PASSWORD), store);
  assert.throws(() => readBankKeyStore(nestedStore(16, false), "wrong"), {
    code: "wrong_password",
  });
  for (const isChunked of [false, true]) {
    const began = performance.now();
    assert.throws(
      () => readBankKeyStore(nestedStore(1_200_000, isChunked), PASSWORD),
      { code: "too_large" },
    );
    assert.ok(performance.now() - began < 5000);
  }
});

Deno.test("PKCS#12 that asks for too much work is refused before any is done", () => {
  const store = { privateKey: PAIR.privateKey, certificates: [CERTIFICATE] };
  const file = writeBankKeyStore(store, PASSWORD);
  // 10,000 iterations stand there as INTEGER 2710, once for the MAC and once for the key.
  const places = file.keys().filter((at) => file.subarray(at, at + 4).toHex() === "02022710")
    .toArray();
  assert.equal(places.length, 2);
  for (const at of places) {
    const changed = file.with(at + 2, 0x00).with(at + 3, 0x01);
    assert.throws(() => readBankKeyStore(changed, PASSWORD), { code: "wrong_password" });
    const negative = file.with(at + 2, 0xff);
    assert.throws(() => readBankKeyStore(negative, PASSWORD), { name: "CryptoError" });
  }
  const began = performance.now();
  const huge = file.slice();
  // The count takes two bytes of the salt before it, whose length is told to be two less.
  const [place = 0] = places;
  huge.set([0x02, 0x04, 0x7f, 0xff], place - 2);
  huge[place - 2 - 16 + 1] = 14;
  assert.throws(() => readBankKeyStore(huge, PASSWORD), { code: "too_large" });
  assert.ok(performance.now() - began < 5000);
});

Deno.test("PKCS#12 refuses a foreign certificate, a strange password and rubbish", () => {
  const write = (certificates: readonly Uint8Array<ArrayBuffer>[], password = PASSWORD) => () =>
    writeBankKeyStore({ privateKey: PAIR.privateKey, certificates }, password);
  assert.throws(write([AUTHORITY]), { code: "invalid_key" });
  assert.throws(write([]), { code: "invalid_key" });
  assert.throws(write([Uint8Array.of(1, 2, 3)]), { code: "bad_encoding" });
  for (const password of ["", "密码"]) {
    assert.throws(write([CERTIFICATE], password), { code: "invalid_argument" });
  }
  const read = (file: Uint8Array) => () => readBankKeyStore(file, PASSWORD);
  assert.throws(read(new Uint8Array(0)), { code: "bad_encoding" });
  assert.throws(read(Uint8Array.of(0x30, 0x00)), { code: "bad_encoding" });
  assert.throws(read(new Uint8Array((1 << 20) + 1)), { code: "too_large" });
});

/**
 * Key and certificate in one encrypted safe, the key shrouded once more and said to take
 * `iterations`; every string that may be is one of two chunks, as BER has it.
 */
function nestedStore(iterations: number, isChunked: boolean): Uint8Array<ArrayBuffer> {
  const { asn1, pki, pkcs12, hmac, md, util } = forge;
  const { Class, Type } = asn1;
  const oid = (name: string) =>
    asn1.create(Class.UNIVERSAL, Type.OID, false, asn1.oidToDer(name).getBytes());
  const sequence = (...parts: forge.asn1.Asn1[]) =>
    asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, parts);
  const octets = (text: string) => asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, text);
  const tagged = (...parts: forge.asn1.Asn1[]) =>
    asn1.create(Class.CONTEXT_SPECIFIC, 0 as forge.asn1.Type, true, parts);
  const integer = (value: number) =>
    asn1.create(Class.UNIVERSAL, Type.INTEGER, false, asn1.integerToDer(value).getBytes());
  const text = (bytes: Uint8Array) => util.hexToBytes(bytes.toHex());
  const chunks = (whole: string) => [octets(whole.slice(0, 50)), octets(whole.slice(50))];
  const encrypt = (plain: forge.asn1.Asn1) =>
    pki.encryptPrivateKeyInfo(plain, PASSWORD, { algorithm: "3des", count: 16 });

  const shrouded = encrypt(asn1.fromDer(text(PAIR.privateKey)));
  const count = [0, 1, 1].reduce(
    (node, at) => (node.value as forge.asn1.Asn1[])[at] ?? node,
    shrouded,
  );
  assert.equal(count.type, Type.INTEGER);
  count.value = asn1.integerToDer(iterations).getBytes();
  const safe = encrypt(sequence(
    sequence(oid(pki.oids.pkcs8ShroudedKeyBag ?? ""), tagged(shrouded)),
    sequence(
      oid(pki.oids.certBag ?? ""),
      tagged(sequence(oid(pki.oids.x509Certificate ?? ""), tagged(octets(text(CERTIFICATE))))),
    ),
  ));
  const [algorithm, encrypted] = safe.value as forge.asn1.Asn1[];
  assert.ok(algorithm && typeof encrypted?.value === "string");
  const content = isChunked
    ? tagged(...chunks(encrypted.value))
    : asn1.create(Class.CONTEXT_SPECIFIC, 0 as forge.asn1.Type, false, encrypted.value);
  const info = sequence(oid(pki.oids.data ?? ""), algorithm, content);
  const safes = asn1.toDer(
    sequence(sequence(oid(pki.oids.encryptedData ?? ""), tagged(sequence(integer(0), info)))),
  ).getBytes();
  const authenticated = isChunked
    ? asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, true, chunks(safes))
    : octets(safes);
  const mac = hmac.create();
  const salt = "12345678";
  const makeKey = (pkcs12 as unknown as {
    generateKey(...args: unknown[]): forge.util.ByteStringBuffer;
  }).generateKey;
  mac.start(
    md.sha1.create(),
    makeKey(PASSWORD, util.createBuffer(salt), 3, 1, 20, md.sha1.create()),
  );
  mac.update(safes);
  const digest = sequence(
    sequence(oid(pki.oids.sha1 ?? ""), asn1.create(Class.UNIVERSAL, Type.NULL, false, "")),
    octets(mac.getMac().getBytes()),
  );
  const file = sequence(
    integer(3),
    sequence(oid(pki.oids.data ?? ""), tagged(authenticated)),
    sequence(digest, octets(salt), integer(1)),
  );
  return Uint8Array.fromHex(asn1.toDer(file).toHex());
}

async function selfSigned(privateKey: Uint8Array, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const pem = await openssl(
    ["req", "-x509", "-new", "-key", "key.pem", "-subj", `/CN=${name}`],
    { "key.pem": bankPrivateKeyToPem(privateKey) },
  );
  return readPem(pem, ["CERTIFICATE"]).der;
}

async function openssl(
  args: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  return new TextDecoder().decode((await runOpenssl(args, { files })).stdout);
}
