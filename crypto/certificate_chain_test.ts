import assert from "node:assert/strict";
import { runOpenssl } from "../tests/openssl.ts";
import {
  type Certificate,
  issueCertificate,
  type NewCertificate,
  parseCertificate,
  signWithKey,
  verifyChain,
} from "./certificates.ts";
import { privateKeyToPem } from "./keys.ts";
import { generateKeyPair } from "./sm2.ts";

const DISTID = "distid:1234567812345678";
const AT = new Date("2027-06-01T00:00:00Z");
const KEYS = { root: generateKeyPair(), middle: generateKeyPair(), leaf: generateKeyPair() };

interface Holder {
  readonly certificate: Certificate;
  readonly privateKey: Uint8Array;
}

/** A certificate `name` of a key of its own under `above`, or a root. */
async function issue(
  name: string,
  above: Holder | null,
  change: Partial<NewCertificate> = {},
  keys = generateKeyPair(),
): Promise<Holder> {
  const der = await issueCertificate({
    subject: [{ type: "CN", value: name }],
    publicKey: keys.publicKey,
    notBefore: new Date("2026-01-01T00:00:00Z"),
    notAfter: new Date("2028-01-01T00:00:00Z"),
    profile: above ? "intermediate_ca" : "root_ca",
    ...above ? { issuer: above.certificate } : {},
    sign: signWithKey(above?.privateKey ?? keys.privateKey),
    ...change,
  });
  return { certificate: parseCertificate(der), privateKey: keys.privateKey };
}

async function makeChain() {
  const root = await issue("root", null, {}, KEYS.root);
  const middle = await issue("middle", root, {}, KEYS.middle);
  const leaf = await issue("leaf", middle, { profile: "signing" }, KEYS.leaf);
  return { root, middle, leaf };
}

function refuses(
  question: Partial<Parameters<typeof verifyChain>[0]> & { readonly certificate: Certificate },
  reason: RegExp,
): void {
  assert.throws(
    () => verifyChain({ intermediates: [], roots: [], at: AT, ...question }),
    { code: "untrusted_certificate", message: reason },
  );
}

Deno.test("verifyChain() finds the way to the root among others", async () => {
  const { root, middle, leaf } = await makeChain();
  const stranger = await issue("root", null);
  const strangeMiddle = await issue("middle", stranger);
  const chain = verifyChain({
    certificate: leaf.certificate,
    intermediates: [strangeMiddle.certificate, root.certificate, middle.certificate],
    roots: [stranger.certificate, root.certificate],
    at: AT,
    purpose: "signing",
  });
  assert.deepEqual(chain, [leaf, middle, root].map(({ certificate }) => certificate));
  const own = { certificate: root.certificate, intermediates: [], roots: [root.certificate] };
  assert.deepEqual(verifyChain({ ...own, at: AT }), [root.certificate]);
});

Deno.test("verifyChain() walks chains openssl made, one written with other string types too", async () => {
  const files: Record<string, string> = {
    "root.key": privateKeyToPem(KEYS.root.privateKey),
    "middle.key": privateKeyToPem(KEYS.middle.privateKey),
    "leaf.key": privateKeyToPem(KEYS.leaf.privateKey),
    "ca.cnf": "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n",
    "leaf.cnf": "keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n",
    "bmp.cnf": "[req]\ndistinguished_name=dn\nstring_mask=pkix\nprompt=no\n[dn]\nCN=根\n",
  };
  const openssl = async (...args: string[]) =>
    new TextDecoder().decode((await runOpenssl(args, { files })).stdout);
  const request = (key: string, ...rest: string[]) =>
    openssl("req", "-new", "-key", key, "-sm3", "-sigopt", DISTID, ...rest);
  const sign = (csr: string, ca: string, extensions: string) =>
    openssl(
      ...["x509", "-req", "-in", csr, "-CA", `${ca}.pem`, "-CAkey", `${ca}.key`, "-days", "30"],
      ...["-extfile", extensions, "-sm3", "-sigopt", DISTID, "-vfyopt", DISTID],
    );
  files["root.pem"] = await request(
    ...["root.key", "-x509", "-utf8", "-config", "bmp.cnf", "-days", "30"] as const,
    ...["-addext", "basicConstraints=critical,CA:TRUE"],
  );
  files["middle.csr"] = await request("middle.key", "-subj", "/CN=middle");
  files["middle.pem"] = await sign("middle.csr", "root", "ca.cnf");
  files["leaf.csr"] = await request("leaf.key", "-subj", "/CN=leaf");
  files["leaf.pem"] = await sign("leaf.csr", "middle", "leaf.cnf");
  const [root, middle, leaf] = ["root.pem", "middle.pem", "leaf.pem"]
    .map((name) => parseCertificate(files[name] ?? ""));
  assert.ok(root && middle && leaf);
  assert.deepEqual(root.subject, [{ type: "CN", value: "根" }]);
  const at = new Date(Date.now() + 60_000);
  const question = { certificate: leaf, intermediates: [middle], roots: [root], at };
  assert.equal(verifyChain({ ...question, purpose: "tls_server" }).length, 3);
  refuses({ ...question, purpose: "encryption" }, /CN=leaf.*purpose "encryption"/);

  // The default of OpenSSL before 4.0: signed under the empty user id.
  files["leaf.pem"] = await openssl(
    ...["x509", "-req", "-in", "leaf.csr", "-CA", "middle.pem", "-CAkey", "middle.key"],
    ...["-days", "30", "-sm3", "-vfyopt", DISTID],
  );
  const empty = parseCertificate(files["leaf.pem"] ?? "");
  refuses({ ...question, certificate: empty }, /CN=middle.*signature .* does not fit/);
  // Without extensions openssl writes version 1.
  assert.equal(empty.usages, null);
});

Deno.test("verifyChain() says which certificate is not to be trusted, and why", async () => {
  const { root, middle, leaf } = await makeChain();
  const certificate = leaf.certificate;
  const intermediates = [middle.certificate];
  const roots = [root.certificate];
  refuses({ certificate, roots }, /"CN=leaf".*no trusted issuer "CN=middle"/);
  refuses({ certificate, intermediates }, /"CN=middle".*no trusted issuer "CN=root"/);
  const all = { certificate, intermediates, roots };
  refuses({ ...all, at: new Date("2025-12-31T23:59:59Z") }, /CN=leaf.*valid from 2026-01-01/);
  refuses({ ...all, at: new Date("2028-01-01T00:00:01Z") }, /CN=leaf.*ended on 2028-01-01/);
  refuses({ ...all, purpose: "encryption" }, /CN=leaf.*not for the purpose "encryption"/);
  const client = await issue("client", middle, { profile: "tls_client" });
  const asked = { ...all, certificate: client.certificate };
  refuses({ ...asked, purpose: "tls_server" }, /CN=client.*not for the purpose "tls_server"/);
  assert.equal(verifyChain({ ...asked, at: AT, purpose: "tls_client" }).length, 3);
});

Deno.test("verifyChain() takes the first and the last second of validity", async () => {
  const { root } = await makeChain();
  const { certificate } = root;
  for (const at of [certificate.notBefore, certificate.notAfter]) {
    assert.equal(
      verifyChain({ certificate, intermediates: [], roots: [certificate], at }).length,
      1,
    );
  }
});

Deno.test("verifyChain() refuses an expired authority", async () => {
  const { root, leaf } = await makeChain();
  const old = await issue(
    "middle",
    root,
    { notAfter: new Date("2027-01-01T00:00:00Z") },
    KEYS.middle,
  );
  refuses(
    { certificate: leaf.certificate, intermediates: [old.certificate], roots: [root.certificate] },
    /CN=middle.*ended on 2027-01-01/,
  );
});

Deno.test("verifyChain() refuses a leaf that issues, and a chain longer than a path length", async () => {
  const { root, middle, leaf } = await makeChain();
  // What issueCertificate() itself refuses is made by calling the leaf an authority.
  const authority = { ...leaf.certificate, authority: { pathLength: null }, usages: null };
  const forged = await issue("forged", { ...leaf, certificate: authority }, { profile: "signing" });
  refuses({
    certificate: forged.certificate,
    intermediates: [leaf.certificate, middle.certificate],
    roots: [root.certificate],
  }, /CN=leaf.*no authority/);

  // So is an authority below one that may have none.
  const roomy = { ...middle, certificate: { ...middle.certificate, authority: { pathLength: 9 } } };
  const second = await issue("second", roomy);
  const deep = await issue("deep", second, { profile: "signing" });
  refuses({
    certificate: deep.certificate,
    intermediates: [second.certificate, middle.certificate],
    roots: [root.certificate],
  }, /CN=middle.*1 authorities stand below it, its path length is 0/);
});

Deno.test("verifyChain() goes eight certificates deep", async () => {
  let above = await issue("root", null);
  const roots = [above.certificate];
  const line: Certificate[] = [];
  for (let depth = 1; depth <= 8; depth++) {
    above = await issue(`level ${depth}`, above, { pathLength: 8 });
    line.push(above.certificate);
  }
  const [seventh, eighth] = line.slice(-2);
  assert.ok(seventh && eighth);
  const question = { intermediates: line, roots, at: AT };
  assert.equal(verifyChain({ ...question, certificate: seventh }).length, 8);
  refuses({ ...question, certificate: eighth }, /level 1.*longer than 8/);
});

Deno.test("verifyChain() refuses changed content and a signature of another key", async () => {
  const { root, middle, leaf } = await makeChain();
  const question = { intermediates: [middle.certificate], roots: [root.certificate] };
  const der = leaf.certificate.der.slice();
  const at = der.findIndex((_, index) => der.subarray(index, index + 4).toHex() === "6c656166");
  der[at] = 0x4c;
  refuses({ ...question, certificate: parseCertificate(der) }, /CN=middle.*does not fit/);

  const imposter = await issue("root", null, {}, generateKeyPair());
  const byImposter = await issue("leaf", imposter, { profile: "signing" });
  const sameKeyId = { ...byImposter.certificate, authorityKeyId: root.certificate.subjectKeyId };
  refuses({ ...question, certificate: sameKeyId }, /CN=root.*does not fit/);
});

Deno.test("verifyChain() refuses a critical extension it does not know", async () => {
  const files = { "key.pem": privateKeyToPem(KEYS.root.privateKey) };
  const { stdout } = await runOpenssl([
    ...["req", "-x509", "-new", "-key", "key.pem", "-sm3", "-sigopt", DISTID, "-subj", "/CN=x"],
    ...["-addext", "1.2.3.4=critical,DER:0500"],
  ], { files });
  const certificate = parseCertificate(new TextDecoder().decode(stdout));
  assert.deepEqual(certificate.unknownCritical, ["1.2.3.4"]);
  refuses({ certificate, roots: [certificate], at: new Date() }, /CN=x.*1\.2\.3\.4/);
});

Deno.test("verifyChain() takes no purpose it does not know, whatever the certificate says", async () => {
  const { root, middle } = await makeChain();
  // Without a list of usages every purpose is served.
  const certificate = { ...middle.certificate, usages: null, extendedUsages: null };
  for (
    const purpose of ["TLS_SERVER", "constructor", "__proto__", "root_ca", "intermediate_ca", ""]
  ) {
    assert.throws(
      () =>
        verifyChain({
          ...{ certificate, intermediates: [], roots: [root.certificate], at: AT },
          purpose: purpose as "signing",
        }),
      { code: "invalid_argument" },
      purpose,
    );
  }
});

Deno.test("verifyChain() holds authorities to their extended key usages", async () => {
  const { root, middle, leaf } = await makeChain();
  const server = await issue("server", middle, { profile: "tls_server" });
  const oids: Readonly<Record<string, string>> = {
    server: "1.3.6.1.5.5.7.3.1",
    client: "1.3.6.1.5.5.7.3.2",
    email: "1.3.6.1.5.5.7.3.4",
    any: "2.5.29.37.0",
  };
  function ask(purpose: "tls_server" | "signing", listed: string, critical = false) {
    const extendedUsages = { oids: [oids[listed] ?? ""], critical };
    return {
      certificate: purpose === "signing" ? leaf.certificate : server.certificate,
      intermediates: [{ ...middle.certificate, extendedUsages }],
      roots: [root.certificate],
      at: AT,
      purpose,
    };
  }
  for (const [purpose, listed] of [["tls_server", "server"], ["tls_server", "any"]] as const) {
    assert.equal(verifyChain(ask(purpose, listed)).length, 3);
  }
  assert.equal(verifyChain(ask("signing", "email")).length, 3);
  refuses(ask("tls_server", "client"), /CN=middle.*may not issue for the purpose "tls_server"/);
  refuses(ask("signing", "client"), /CN=middle.*may not issue for the purpose "signing"/);
  const { purpose: _, ...unasked } = ask("tls_server", "client");
  assert.equal(verifyChain(unasked).length, 3);
});

Deno.test("verifyChain() refuses authorities whose name constraints it does not judge", async () => {
  const files = { "key.pem": privateKeyToPem(KEYS.root.privateKey) };
  for (const critical of ["critical,", ""]) {
    const { stdout } = await runOpenssl([
      ...[
        "req",
        "-x509",
        "-new",
        "-key",
        "key.pem",
        "-sm3",
        "-sigopt",
        DISTID,
        "-subj",
        "/CN=root",
      ],
      ...["-addext", `nameConstraints=${critical}permitted;DNS:city.example`],
    ], { files });
    const certificate = parseCertificate(new TextDecoder().decode(stdout));
    assert.equal(certificate.hasNameConstraints, true);
    const plain = { ...certificate, hasNameConstraints: false };
    const root = { certificate: plain, privateKey: KEYS.root.privateKey };
    const at = new Date(Date.now() + 1000);
    const dates = { notBefore: certificate.notBefore, notAfter: certificate.notAfter };
    const leaf = await issue("leaf", root, { profile: "tls_server", ...dates });
    refuses(
      { certificate: leaf.certificate, roots: [certificate], at },
      /CN=root.*name constraints are not supported/,
    );
  }
});

Deno.test("verifyChain() bounds its work", async () => {
  const { root } = await makeChain();
  const { certificate } = root;
  const many = Array.from({ length: 65 }, () => certificate);
  assert.throws(
    () => verifyChain({ certificate, intermediates: many, roots: [], at: AT }),
    { code: "too_large" },
  );
  assert.throws(
    () => verifyChain({ certificate, intermediates: [], roots: [], at: new Date(NaN) }),
    { code: "invalid_argument" },
  );

  // Sixty authorities of one name and key: every one of them could be above every other.
  const keys = generateKeyPair();
  const subject = [{ type: "CN", value: "ring" }];
  const first = await issue("ring", null, {}, keys);
  const ring = await Promise.all(
    Array.from({ length: 60 }, () => issue("ring", first, { subject, pathLength: 8 }, keys)),
  );
  const [start, ...rest] = ring.map((holder) => holder.certificate);
  assert.ok(start);
  const began = performance.now();
  refuses({ certificate: start, intermediates: rest }, /CN=ring.*more than 64 signatures/);
  assert.ok(performance.now() - began < 5000);
});
