import assert from "node:assert/strict";
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
