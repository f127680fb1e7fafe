import assert from "node:assert/strict";
import { runOpenssl } from "../tests/openssl.ts";
import {
  type Certificate,
  certificateToPem,
  type DistinguishedName,
  issueCertificate,
  nameToText,
  type NewCertificate,
  parseCertificate,
  signWithKey,
} from "./certificates.ts";
import { privateKeyToPem } from "./keys.ts";
import { generateKeyPair, verify } from "./sm2.ts";

const DISTID = "distid:1234567812345678";
const ROOT = generateKeyPair();
const LEAF = generateKeyPair();
const SUBJECT: DistinguishedName = [
  { type: "C", value: "CN" },
  { type: "O", value: "城市自助服务" },
  { type: "CN", value: "终端, 一号" },
];
const VALIDITY = {
  notBefore: new Date("2026-01-01T00:00:00Z"),
  notAfter: new Date("2056-01-01T00:00:00Z"),
};

Deno.test("issueCertificate() writes what parseCertificate() reads", async () => {
  const root = await makeRoot();
  assert.equal(nameToText(root.subject), "C=CN, CN=Root");
  assert.deepEqual(root.authority, { pathLength: null });
  assert.deepEqual([...root.usages ?? []], ["certificate_sign", "crl_sign"]);
  assert.ok(root.serialNumber.length === 16 && (root.serialNumber[0] ?? 0) < 0x80);

  const leaf = parseCertificate(
    await issueCertificate({
      ...VALIDITY,
      subject: SUBJECT,
      publicKey: LEAF.publicKey,
      issuer: root,
      serialNumber: Uint8Array.of(0x80, 1),
      profile: "tls_server",
      dnsNames: ["*.example.org", "host"],
      ipAddresses: ["192.0.2.255"],
      sign: signWithKey(ROOT.privateKey),
    }),
  );
  assert.deepEqual(leaf.subject, SUBJECT);
  assert.equal(nameToText(leaf.subject), "C=CN, O=城市自助服务, CN=终端\\, 一号");
  assert.deepEqual(leaf.issuer, root.subject);
  assert.deepEqual(leaf.serialNumber, Uint8Array.of(0x80, 1));
  assert.deepEqual([leaf.notBefore, leaf.notAfter], [VALIDITY.notBefore, VALIDITY.notAfter]);
  assert.deepEqual(leaf.publicKey, LEAF.publicKey);
  assert.equal(leaf.authority, null);
  assert.deepEqual([...leaf.usages ?? []], ["digital_signature"]);
  assert.deepEqual(leaf.extendedUsages, { oids: ["1.3.6.1.5.5.7.3.1"], critical: false });
  assert.deepEqual(leaf.authorityKeyId, root.subjectKeyId);
  assert.deepEqual(leaf.dnsNames, ["*.example.org", "host"]);
  assert.deepEqual(leaf.ipAddresses, ["192.0.2.255"]);
  assert.deepEqual(parseCertificate(certificateToPem(leaf.der)), leaf);
});

Deno.test("serial numbers are random", async () => {
  const [one, two] = [await makeRoot(), await makeRoot()];
  assert.notDeepEqual(one.serialNumber, two.serialNumber);
});

Deno.test("issueCertificate() refuses what cannot be", async () => {
  const root = await makeRoot();
  const leaf = parseCertificate(await issueLeaf(root));
  const wanted: NewCertificate = {
    ...VALIDITY,
    subject: SUBJECT,
    publicKey: LEAF.publicKey,
    issuer: root,
    profile: "signing",
    sign: signWithKey(ROOT.privateKey),
  };
  const refuses = async (change: Partial<NewCertificate>, code: string) =>
    await assert.rejects(
      issueCertificate({ ...wanted, ...change }),
      { code },
      Object.keys(change)[0],
    );
  await refuses({ issuer: leaf, sign: signWithKey(LEAF.privateKey) }, "wrong_usage");
  await refuses({ sign: signWithKey(LEAF.privateKey) }, "invalid_signature");
  await refuses({ sign: (message: Uint8Array) => Promise.resolve(message) }, "invalid_signature");
  await refuses({ profile: "root_ca" }, "invalid_argument");
  await refuses({ subject: [] }, "invalid_argument");
  await refuses({ subject: [{ type: "CN", value: "" }] }, "invalid_argument");
  await refuses({ subject: [{ type: "CN", value: "a\0b" }] }, "invalid_argument");
  await refuses({ subject: [{ type: "CN", value: "\ud800" }] }, "invalid_argument");
  await refuses({ subject: [{ type: "CN", value: "x".repeat(65) }] }, "invalid_argument");
  await refuses({ subject: [{ type: "C", value: "中国" }] }, "invalid_argument");
  await refuses({ subject: [{ type: "cn", value: "x" }] }, "invalid_argument");
  await refuses({ notAfter: VALIDITY.notBefore }, "invalid_argument");
  await refuses({ notAfter: new Date("+010000-01-01T00:00:00Z") }, "invalid_argument");
  await refuses({ notBefore: new Date(NaN) }, "invalid_argument");
  await refuses({ pathLength: 1 }, "invalid_argument");
  await refuses({ serialNumber: new Uint8Array(16) }, "invalid_argument");
  await refuses({ serialNumber: new Uint8Array(21).fill(1) }, "invalid_argument");
  await refuses({ dnsNames: ["a b"] }, "invalid_argument");
  await refuses({ ipAddresses: ["1.2.3.256"] }, "invalid_argument");
  await refuses(
    { publicKey: LEAF.publicKey.with(64, (LEAF.publicKey[64] ?? 0) ^ 1) },
    "invalid_point",
  );
  for (const profile of ["ROOT_CA", "constructor", "__proto__", "", "Signing"]) {
    await refuses({ profile: profile as "signing" }, "invalid_argument");
  }
});

Deno.test("issueCertificate() issues nothing that could not be trusted", async () => {
  const root = await makeRoot();
  const wanted: NewCertificate = {
    ...VALIDITY,
    subject: SUBJECT,
    publicKey: LEAF.publicKey,
    issuer: root,
    profile: "intermediate_ca",
    sign: signWithKey(ROOT.privateKey),
  };
  const below = (part: Partial<Certificate>) => ({ ...wanted, issuer: { ...root, ...part } });
  const last = below({ authority: { pathLength: 0 } });
  await assert.rejects(issueCertificate(last), { code: "wrong_usage", message: /path length/ });
  assert.ok(await issueCertificate({ ...last, profile: "signing" }));
  const extendedUsages = { oids: ["1.3.6.1.5.5.7.3.1"], critical: false };
  const serving = { ...below({ extendedUsages }), profile: "tls_client" as const };
  await assert.rejects(issueCertificate(serving), { code: "wrong_usage", message: /tls_client/ });
  assert.ok(await issueCertificate({ ...serving, profile: "tls_server" }));
  const later = new Date(VALIDITY.notAfter.getTime() + 1000);
  for (const profile of ["intermediate_ca", "signing"] as const) {
    await assert.rejects(
      issueCertificate({ ...wanted, profile, notAfter: later }),
      { code: "invalid_argument", message: /its issuer ends/ },
    );
  }
});

Deno.test("openssl verifies certificates we issue", async () => {
  const root = await makeRoot();
  const intermediateKey = generateKeyPair();
  const intermediate = parseCertificate(
    await issueCertificate({
      ...VALIDITY,
      subject: [{ type: "CN", value: "Intermediate" }],
      publicKey: intermediateKey.publicKey,
      issuer: root,
      profile: "intermediate_ca",
      sign: signWithKey(ROOT.privateKey),
    }),
  );
  for (const profile of ["signing", "encryption", "tls_server", "tls_client"] as const) {
    const leaf = await issueCertificate({
      ...VALIDITY,
      subject: SUBJECT,
      publicKey: LEAF.publicKey,
      issuer: intermediate,
      profile,
      dnsNames: ["host.example.org"],
      ipAddresses: ["192.0.2.1"],
      sign: signWithKey(intermediateKey.privateKey),
    });
    const files = {
      "root.pem": certificateToPem(root.der),
      "intermediate.pem": certificateToPem(intermediate.der),
      "leaf.pem": certificateToPem(leaf),
    };
    const purpose = profile.startsWith("tls_") ? ["-purpose", profile.replace("tls_", "ssl")] : [];
    // Link by link: `openssl verify` uses the user id for the certificate asked about alone.
    const verify = ["verify", "-x509_strict", "-vfyopt", DISTID, "-attime", "1800000000"];
    assert.equal(
      await openssl([...verify, "-CAfile", "root.pem", "intermediate.pem"], files),
      "intermediate.pem: OK\n",
    );
    const trusted = ["-partial_chain", "-trusted", "intermediate.pem", "leaf.pem"];
    assert.equal(
      await openssl([...verify, ...purpose, ...trusted], files),
      "leaf.pem: OK\n",
      profile,
    );
    const text = await openssl(
      ["x509", "-in", "leaf.pem", "-noout", "-text", "-nameopt", "RFC2253,-esc_msb"],
      files,
    );
    assert.match(text, /CN=终端\\, 一号,O=城市自助服务,C=CN/);
    assert.match(text, /Signature Algorithm: SM2-with-SM3/);
    assert.match(text, /Not After : Jan {2}1 00:00:00 2056 GMT/);
    assert.match(text, /DNS:host\.example\.org, IP Address:192\.0\.2\.1/);
    assert.match(text, /Key Usage: critical/);
    assert.match(text, /CA:FALSE/);
  }
});

Deno.test("openssl's certificate is read", async () => {
  const files = { "key.pem": privateKeyToPem(ROOT.privateKey) };
  const pem = await openssl([
    ...["req", "-x509", "-new", "-key", "key.pem", "-sm3", "-sigopt", DISTID, "-days", "3650"],
    ...["-utf8", "-subj", "/C=CN/ST=省/O=城市/OU=部/CN=根/emailAddress=a@b.c/DC=x/serialNumber=9"],
    ...["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
    ...["-addext", "subjectAltName=DNS:host,IP:192.0.2.7,IP:2001:db8::1,email:a@b.c"],
  ], files);
  const certificate = parseCertificate(pem);
  assert.equal(
    nameToText(certificate.subject),
    "C=CN, ST=省, O=城市, OU=部, CN=根, emailAddress=a@b.c, DC=x, serialNumber=9",
  );
  assert.deepEqual(certificate.publicKey, ROOT.publicKey);
  assert.deepEqual(certificate.authority, { pathLength: null });
  assert.deepEqual([...certificate.usages ?? []], ["certificate_sign", "crl_sign"]);
  assert.deepEqual(certificate.dnsNames, ["host"]);
  assert.deepEqual(certificate.ipAddresses, [
    "192.0.2.7",
    "2001:0db8:0000:0000:0000:0000:0000:0001",
  ]);
  assert.deepEqual(certificate.unknownCritical, []);
});

Deno.test("certificates of other algorithms are refused as such", async () => {
  for (const algorithm of [["rsa:1024"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]]) {
    const pem = await openssl([
      ...["req", "-x509", "-new", "-nodes", "-newkey", ...algorithm],
      ...["-subj", "/CN=x", "-keyout", "key.pem"],
    ]);
    assert.throws(() => parseCertificate(pem), { code: "not_supported" });
  }
});

Deno.test("parseCertificate() refuses every cut and every changed frame", async () => {
  const { der } = await makeRoot();
  for (let length = 0; length < der.length; length++) {
    assert.throws(() => parseCertificate(der.subarray(0, length)), { name: "CryptoError" });
  }
  assert.throws(() => parseCertificate(Uint8Array.of(...der, 0)), { code: "bad_encoding" });
  const huge = new Uint8Array(2 ** 16 + 1);
  assert.throws(() => parseCertificate(huge), { code: "too_large" });
  assert.throws(() => parseCertificate("no PEM"), { code: "bad_encoding" });
});

Deno.test("signWithKey() signs with the national user id", async () => {
  const message = Uint8Array.of(1, 2, 3);
  const signature = await signWithKey(LEAF.privateKey)(message);
  const userId = new TextEncoder().encode("1234567812345678");
  assert.ok(verify(LEAF.publicKey, message, signature, { userId }));
});

async function makeRoot() {
  return parseCertificate(
    await issueCertificate({
      ...VALIDITY,
      subject: [{ type: "C", value: "CN" }, { type: "CN", value: "Root" }],
      publicKey: ROOT.publicKey,
      profile: "root_ca",
      sign: signWithKey(ROOT.privateKey),
    }),
  );
}

async function issueLeaf(issuer: ReturnType<typeof parseCertificate>): Promise<Uint8Array> {
  return await issueCertificate({
    ...VALIDITY,
    subject: SUBJECT,
    publicKey: LEAF.publicKey,
    issuer,
    profile: "signing",
    sign: signWithKey(ROOT.privateKey),
  });
}

async function openssl(
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new TextDecoder().decode((await runOpenssl(args, { files })).stdout);
}
