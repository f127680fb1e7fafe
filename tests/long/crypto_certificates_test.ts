import assert from "node:assert/strict";
import { Certificate as PkiCertificate } from "pkijs";
import { fromBER } from "asn1js";
import { readBankKeyStore } from "../../crypto/bank_keys.ts";
import {
  createRequest,
  issueCertificate,
  parseCertificate,
  parseRequest,
  signWithKey,
} from "../../crypto/certificates.ts";
import { concatBytes } from "../../crypto/bytes.ts";
import { readDer, readDerChildren } from "../../crypto/der.ts";
import { ecPrivateKeyFromDer } from "../../crypto/key_der.ts";
import { CryptoError } from "../../crypto/errors.ts";
import {
  privateKeyFromDer,
  privateKeyFromEncryptedPem,
  privateKeyFromPem,
  privateKeyToDer,
  privateKeyToPem,
  publicKeyFromDer,
  publicKeyToDer,
} from "../../crypto/keys.ts";
import { readPem, writePem } from "../../crypto/pem.ts";
import { generateKeyPair } from "../../crypto/sm2.ts";
import { runOpenssl } from "../openssl.ts";
import { seededRandom } from "../random.ts";

/**
 * What comes from outside as a key or a certificate, changed at random: whatever it is, it is read
 * or refused with a `CryptoError`, never anything else, and never for long.
 */

const INPUTS = 100_000;
/** The parser is node-forge's, and slow; the 100,000 are for those of our own. */
const PKCS12_INPUTS = 20_000;
const PASSWORD = "correct horse";
const PASSWORD_BYTES = new TextEncoder().encode(PASSWORD);
const KEYS = generateKeyPair();
const SIGN = signWithKey(KEYS.privateKey);
const SUBJECT = [{ type: "C", value: "CN" }, { type: "CN", value: "终端" }];

Deno.test("changed PEM is read or refused", () => {
  const text = `text before\n${privateKeyToPem(KEYS.privateKey)}`;
  const bytes = new TextEncoder().encode(text);
  // Where dashes and line ends are; the base64 between is one long field.
  const lines = [...text.matchAll(/-|\n| /g)].map(({ index }) => index);
  storm(1, bytes, lines, (changed) => privateKeyFromPem(new TextDecoder().decode(changed)));
});

Deno.test("changed PKCS#8 is read or refused", () => {
  const der = privateKeyToDer(KEYS.privateKey);
  storm(2, der, frame(der), privateKeyFromDer);
});

Deno.test("a changed ECPrivateKey is read or refused", async () => {
  const pem = privateKeyToPem(KEYS.privateKey);
  const { stdout: der } = await runOpenssl(["ec", "-outform", "DER"], { stdin: pem });
  storm(8, der, frame(der), ecPrivateKeyFromDer);
});

Deno.test("changed SubjectPublicKeyInfo is read or refused", () => {
  const der = publicKeyToDer(KEYS.publicKey);
  storm(3, der, frame(der), publicKeyFromDer);
});

Deno.test("changed encrypted PKCS#8 is read or refused, however many iterations it asks for", async () => {
  const { stdout } = await runOpenssl(
    ["pkcs8", "-topk8", "-v2", "sm4-cbc", "-iter", "1000", "-passout", `pass:${PASSWORD}`],
    { stdin: privateKeyToPem(KEYS.privateKey) },
  );
  const label = "ENCRYPTED PRIVATE KEY";
  const { der } = readPem(new TextDecoder().decode(stdout), [label]);
  const impatient = { iterationsMax: 1016 };
  storm(
    4,
    der,
    frame(der),
    (changed) => privateKeyFromEncryptedPem(writePem(label, changed), PASSWORD_BYTES, impatient),
  );
});

Deno.test("a changed certificate is refused, or PKI.js reads the same in it", async () => {
  const root = parseCertificate(
    await issueCertificate({
      ...{ subject: SUBJECT, publicKey: KEYS.publicKey, profile: "root_ca", sign: SIGN },
      ...{ notBefore: new Date("2026-01-01"), notAfter: new Date("2056-01-01") },
    }),
  );
  const der = await issueCertificate({
    ...{ subject: SUBJECT, publicKey: KEYS.publicKey, profile: "tls_server", sign: SIGN },
    ...{ notBefore: new Date("2026-01-01"), notAfter: new Date("2056-01-01"), issuer: root },
    ...{ dnsNames: ["host"], ipAddresses: ["192.0.2.1"] },
  });
  let compared = 0;
  storm(5, der, frame(der), (changed) => {
    const ours = parseCertificate(changed);
    if (compared++ > 1000) return;
    const theirs = new PkiCertificate({ schema: fromBER(ours.der).result });
    assert.deepEqual(theirs.tbsView, ours.content);
    assert.equal(theirs.notBefore.value.getTime(), ours.notBefore.getTime());
    assert.equal(theirs.notAfter.value.getTime(), ours.notAfter.getTime());
    const serial = theirs.serialNumber.valueBlock.valueHexView.toHex();
    assert.equal(serial.replace(/^(00)+/, ""), ours.serialNumber.toHex());
    assert.equal(theirs.subject.typesAndValues.length, ours.subject.length);
    assert.equal(theirs.issuer.typesAndValues.length, ours.issuer.length);
  });
  assert.ok(compared > 100, `only ${compared} were read`);
});

Deno.test("a changed certificate request is refused", async () => {
  const der = await createRequest({
    ...{ subject: SUBJECT, publicKey: KEYS.publicKey, sign: SIGN, dnsNames: ["host"] },
  });
  storm(6, der, frame(der), (changed) => {
    if (changed.toHex() === der.toHex()) return;
    assert.throws(() => parseRequest(changed), CryptoError);
    throw new CryptoError("bad_encoding", "as it should be");
  });
});

Deno.test("changed PKCS#12 is read or refused", async () => {
  const { stdout: key } = await runOpenssl(["genpkey", "-algorithm", "RSA"]);
  const files = { "key.pem": key };
  const { stdout: certificate } = await runOpenssl(
    ["req", "-x509", "-new", "-key", "key.pem", "-subj", "/CN=bank"],
    { files },
  );
  const { stdout: file } = await runOpenssl([
    ...["pkcs12", "-export", "-inkey", "key.pem", "-in", "own.pem", "-iter", "1", "-nomaciter"],
    ...["-passout", `pass:${PASSWORD}`],
  ], { files: { ...files, "own.pem": certificate } });
  storm(7, file, frame(file), (changed) => readBankKeyStore(changed, PASSWORD), PKCS12_INPUTS);
});

/** Reads `inputs` changed copies of `good`; most of the changes hit `hot`, where the form is. */
function storm(
  seed: number,
  good: Uint8Array,
  hot: readonly number[],
  read: (changed: Uint8Array<ArrayBuffer>) => unknown,
  inputs = INPUTS,
): void {
  const random = seededRandom(seed);
  // Where an error comes from is not asked here, and finding it out takes longer than reading.
  using _traces = withoutTraces();
  let refused = 0;
  let slowestMs = 0;
  for (let input = 0; input < inputs; input++) {
    const changed = change(good, hot, random);
    const began = performance.now();
    try {
      read(changed);
    } catch (error) {
      if (!(error instanceof CryptoError)) {
        throw new Error(`input ${input}, seed ${seed}: ${changed.toHex()}`, { cause: error });
      }
      refused++;
    }
    slowestMs = Math.max(slowestMs, performance.now() - began);
  }
  assert.ok(refused > inputs / 2, `only ${refused} of ${inputs} were refused`);
  assert.ok(slowestMs < 5000, `one took ${slowestMs} ms`);
}

function withoutTraces(): Disposable {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  return { [Symbol.dispose]: () => Error.stackTraceLimit = limit };
}

function change(
  good: Uint8Array,
  hot: readonly number[],
  random: () => number,
): Uint8Array<ArrayBuffer> {
  const below = (limit: number) => Math.floor(random() * limit);
  let bytes = Uint8Array.from(good);
  for (let changes = 1 + below(5); changes > 0; changes--) {
    const at = random() < 0.95 ? hot[below(hot.length)] ?? 0 : below(bytes.length);
    const byte = bytes[at] ?? 0;
    switch (below(6)) {
      case 0:
        bytes[at] = byte ^ 1 << below(8);
        break;
      case 1:
        bytes[at] = below(256);
        break;
      case 2:
        bytes = concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1 + below(4)));
        break;
      case 3:
        bytes = concatBytes(bytes.subarray(0, at + 1 + below(8)), bytes.subarray(at));
        break;
      case 4:
        bytes[at] = byte + (random() < 0.5 ? 1 : 255);
        break;
      default:
        if (below(8) === 0) bytes = bytes.slice(0, at);
        else bytes[at] = [0x00, 0x80, 0xff, 0x30, 0x02, 0x7f][below(6)] ?? 0;
    }
  }
  return bytes;
}

/** Offsets of identifiers, lengths and short contents of DER, and of DER inside strings. */
function frame(der: Uint8Array): number[] {
  const offsets: number[] = [];
  const walk = (bytes: Uint8Array, start: number): void => {
    const node = readDer(bytes);
    const header = node.raw.length - node.content.length;
    const isShort = node.content.length <= 8;
    const marked = isShort ? node.raw.length : header;
    offsets.push(...Array.from({ length: marked }, (_, at) => start + at));
    if ((node.tag & 0x20) !== 0) {
      let at = start + header;
      for (const child of readDerChildren(node)) {
        walk(child.raw, at);
        at += child.raw.length;
      }
      return;
    }
    const skipped = node.tag === 0x03 ? 1 : 0;
    if (node.tag !== 0x03 && node.tag !== 0x04) return;
    try {
      walk(node.content.subarray(skipped), start + header + skipped);
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
    }
  };
  walk(der, 0);
  return offsets;
}
