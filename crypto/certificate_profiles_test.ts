import assert from "node:assert/strict";
import type { CertificateUsage } from "./certificate_extensions.ts";
import { type CertificatePurpose, servesPurpose } from "./certificate_profiles.ts";

const SERVER = "1.3.6.1.5.5.7.3.1";
const CLIENT = "1.3.6.1.5.5.7.3.2";
const EMAIL = "1.3.6.1.5.5.7.3.4";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const ANY = "2.5.29.37.0";

function serving(
  usages: readonly CertificateUsage[] | null,
  extended: { oids: string[]; critical: boolean } | null,
): CertificatePurpose[] {
  const purposes = ["signing", "encryption", "tls_server", "tls_client"] as const;
  const key = { usages: usages && new Set(usages), extendedUsages: extended };
  return purposes.filter((purpose) => servesPurpose(purpose, key));
}

Deno.test("servesPurpose() asks for one usage that fits", () => {
  const all = ["signing", "encryption", "tls_server", "tls_client"];
  assert.deepEqual(serving(null, null), all);
  assert.deepEqual(serving([], null), []);
  assert.deepEqual(serving(["non_repudiation"], null), ["signing"]);
  assert.deepEqual(serving(["digital_signature"], null), ["signing", "tls_server", "tls_client"]);
  assert.deepEqual(serving(["key_agreement"], null), ["encryption"]);
  assert.deepEqual(serving(["certificate_sign", "crl_sign"], null), []);
});

Deno.test("servesPurpose() binds TLS to a list of extended usages, others to a critical one", () => {
  const usages: CertificateUsage[] = ["digital_signature", "key_encipherment"];
  const listing = (critical: boolean, ...oids: string[]) => serving(usages, { oids, critical });
  assert.deepEqual(listing(false, SERVER), ["signing", "encryption", "tls_server"]);
  assert.deepEqual(listing(true, SERVER), ["tls_server"]);
  assert.deepEqual(listing(true, CLIENT, EMAIL), ["signing", "encryption", "tls_client"]);
  assert.deepEqual(listing(false, TIME_STAMPING), ["signing", "encryption"]);
  assert.deepEqual(listing(true, TIME_STAMPING), []);
  assert.equal(listing(true, ANY).length, 4);
});
