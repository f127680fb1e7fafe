import assert from "node:assert/strict";
import { runOpenssl } from "../tests/openssl.ts";
import {
  createRequest,
  type DistinguishedName,
  nameToText,
  parseRequest,
  requestToPem,
  signWithKey,
} from "./certificates.ts";
import { privateKeyToPem } from "./keys.ts";
import { generateKeyPair } from "./sm2.ts";

const DISTID = "distid:1234567812345678";
const OTHER = generateKeyPair();
const OWN = generateKeyPair();
const SUBJECT: DistinguishedName = [{ type: "C", value: "CN" }, { type: "CN", value: "终端" }];

Deno.test("openssl verifies our requests, and we what it asks", async () => {
  const subject = SUBJECT;
  const ours = await createRequest({
    subject,
    publicKey: OWN.publicKey,
    sign: signWithKey(OWN.privateKey),
    dnsNames: ["host.example.org"],
  });
  const text = await openssl(
    ["req", "-in", "ours.pem", "-verify", "-vfyopt", DISTID, "-noout", "-text"],
    { "ours.pem": requestToPem(ours) },
  );
  assert.match(text, /DNS:host\.example\.org/);
  const request = parseRequest(ours);
  assert.deepEqual(request.subject, subject);
  assert.deepEqual(request.publicKey, OWN.publicKey);
  assert.deepEqual(request.extensions.dnsNames, ["host.example.org"]);

  const files = { "key.pem": privateKeyToPem(OWN.privateKey) };
  for (const extra of [[], ["-addext", "subjectAltName=DNS:other"]]) {
    const theirs = await openssl([
      ...["req", "-new", "-key", "key.pem", "-sm3", "-sigopt", DISTID, "-subj", "/C=CN/CN=x"],
      ...extra,
    ], files);
    const read = parseRequest(theirs);
    assert.equal(nameToText(read.subject), "C=CN, CN=x");
    assert.deepEqual(read.publicKey, OWN.publicKey);
    assert.deepEqual(read.extensions.dnsNames, extra.length === 0 ? [] : ["other"]);
  }
});

Deno.test("parseRequest() refuses a request without proof, and one under the empty user id", async () => {
  const own = { subject: SUBJECT, publicKey: OWN.publicKey, sign: signWithKey(OWN.privateKey) };
  const der = await createRequest(own);
  const renamed = der.slice();
  const at = renamed.findIndex((byte, index) => byte === 0x43 && renamed[index + 1] === 0x4e);
  renamed[at] = 0x44;
  assert.throws(() => parseRequest(renamed), { code: "untrusted_certificate" });
  await assert.rejects(
    createRequest({ ...own, sign: signWithKey(OTHER.privateKey) }),
    { code: "invalid_signature" },
  );
  const files = { "key.pem": privateKeyToPem(OWN.privateKey) };
  const empty = ["req", "-new", "-key", "key.pem", "-sm3", "-subj", "/CN=x"];
  const pem = await openssl(empty, files);
  assert.throws(() => parseRequest(pem), { code: "untrusted_certificate" });
});

async function openssl(
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new TextDecoder().decode((await runOpenssl(args, { files })).stdout);
}
