import { BitString, OctetString } from "asn1js";
import {
  AltName,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Extension,
  ExtKeyUsage,
  GeneralName,
} from "pkijs";
import {
  CERTIFICATE_USAGES,
  type CertificateUsage,
  ExtensionOid,
} from "./certificate_extensions.ts";
import { CryptoError } from "./errors.ts";
import { sm3 } from "./sm3.ts";

const PURPOSES = ["signing", "encryption", "tls_server", "tls_client"] as const;

/** What a key that is not an authority's is for; TLS stands for TLCP too. */
export type CertificatePurpose = typeof PURPOSES[number];

export type CertificateProfile = "root_ca" | "intermediate_ca" | CertificatePurpose;

/** Names of a server, beside its distinguished name. */
export interface AlternativeNames {
  readonly dnsNames?: readonly string[];
  /** IPv4 in dots. */
  readonly ipAddresses?: readonly string[];
}

interface Profile {
  readonly usages: readonly CertificateUsage[];
  /** Written into a certificate; a list in one must name it, if there is a list. */
  readonly extendedUsage?: string;
  /** One of these must be in a list that is critical. */
  readonly criticalUsages?: readonly string[];
}

/** What USB keys' certificates are marked with, where they are marked. */
const EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
const DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36";

const PROFILES: Readonly<Record<CertificateProfile, Profile>> = {
  root_ca: { usages: ["certificate_sign", "crl_sign"] },
  intermediate_ca: { usages: ["certificate_sign", "crl_sign"] },
  signing: {
    usages: ["digital_signature", "non_repudiation"],
    criticalUsages: [EMAIL_PROTECTION, DOCUMENT_SIGNING],
  },
  encryption: {
    usages: ["key_encipherment", "data_encipherment", "key_agreement"],
    criticalUsages: [EMAIL_PROTECTION],
  },
  tls_server: { usages: ["digital_signature"], extendedUsage: "1.3.6.1.5.5.7.3.1" },
  tls_client: { usages: ["digital_signature"], extendedUsage: "1.3.6.1.5.5.7.3.2" },
};

const ANY_EXTENDED_USAGE = "2.5.29.37.0";
const KEY_ID_BYTES = 20;
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** For callers the compiler did not check; throws `invalid_argument`. */
export function requirePurpose(purpose: CertificatePurpose): void {
  if (isPurpose(purpose)) return;
  throw new CryptoError(
    "invalid_argument",
    `Cannot judge a certificate for the purpose "${purpose}": expected ${PURPOSES.join(", ")}`,
  );
}

/** For callers the compiler did not check; throws `invalid_argument`. */
export function requireProfile(profile: CertificateProfile): void {
  if (Object.hasOwn(PROFILES, profile)) return;
  throw new CryptoError(
    "invalid_argument",
    `Cannot issue a certificate of profile "${profile}": expected ${
      Object.keys(PROFILES).join(", ")
    }`,
  );
}

export function isPurpose(profile: CertificateProfile): profile is CertificatePurpose {
  return PURPOSES.some((purpose) => purpose === profile);
}

/** The extensions of a new certificate; `pathLength` is an authority's. */
export function profileExtensions(options: {
  readonly profile: CertificateProfile;
  readonly pathLength: number | null;
  readonly subjectKeyId: Uint8Array;
  readonly authorityKeyId: Uint8Array | null;
  readonly names: AlternativeNames;
}): Extension[] {
  const { usages, extendedUsage } = PROFILES[options.profile];
  const authorityKeyId = options.authorityKeyId && new AuthorityKeyIdentifier({
    keyIdentifier: new OctetString({ valueHex: options.authorityKeyId }),
  });
  return [
    extension(ExtensionOid.basicConstraints, basicConstraints(options), true),
    extension(ExtensionOid.keyUsage, usageBits(usages), true),
    ...extendedUsage
      ? [extension(
        ExtensionOid.extendedKeyUsage,
        new ExtKeyUsage({ keyPurposes: [extendedUsage] }).toSchema(),
      )]
      : [],
    extension(ExtensionOid.subjectKeyId, new OctetString({ valueHex: options.subjectKeyId })),
    ...authorityKeyId ? [extension(ExtensionOid.authorityKeyId, authorityKeyId.toSchema())] : [],
    ...alternativeNameExtensions(options.names),
  ];
}

/** None or one; throws `invalid_argument` for what is no host name or IPv4 address. */
export function alternativeNameExtensions(
  { dnsNames = [], ipAddresses = [] }: AlternativeNames,
): Extension[] {
  const altNames = [
    ...dnsNames.map((name) => new GeneralName({ type: DNS_NAME, value: hostName(name) })),
    ...ipAddresses.map((address) =>
      new GeneralName({
        type: IP_ADDRESS,
        value: new OctetString({ valueHex: addressBytes(address) }),
      })
    ),
  ];
  if (altNames.length === 0) return [];
  return [extension(ExtensionOid.alternativeName, new AltName({ altNames }).toSchema())];
}

/** Names a key in the certificates below it: 160 bits of SM3 over the point (RFC 7093 §2). */
export function keyIdOf(publicKey: Uint8Array): Uint8Array {
  return sm3(publicKey).subarray(0, KEY_ID_BYTES);
}

/**
 * May a key with these usages serve the purpose? Without a list it may; one of extended usages binds
 * TLS, and others only when it is critical.
 */
export function servesPurpose(
  purpose: CertificatePurpose,
  { usages, extendedUsages }: {
    readonly usages: ReadonlySet<CertificateUsage> | null;
    readonly extendedUsages:
      | { readonly oids: readonly string[]; readonly critical: boolean }
      | null;
  },
): boolean {
  const profile = PROFILES[purpose];
  if (usages && !profile.usages.some((usage) => usages.has(usage))) return false;
  if (!extendedUsages) return true;
  const { oids, critical } = extendedUsages;
  if (profile.extendedUsage) return names(oids, [profile.extendedUsage]);
  return !critical || names(oids, profile.criticalUsages ?? []);
}

/**
 * May an authority issue for the purpose? RFC 5280 leaves a list in its certificate open; everybody
 * else has it bind all below, critical or not.
 */
export function mayIssueFor(
  purpose: CertificatePurpose,
  { extendedUsages }: { readonly extendedUsages: { readonly oids: readonly string[] } | null },
): boolean {
  if (!extendedUsages) return true;
  const { extendedUsage, criticalUsages = [] } = PROFILES[purpose];
  return names(extendedUsages.oids, extendedUsage ? [extendedUsage] : criticalUsages);
}

function names(oids: readonly string[], wanted: readonly string[]): boolean {
  return oids.includes(ANY_EXTENDED_USAGE) || wanted.some((oid) => oids.includes(oid));
}

function basicConstraints({ profile, pathLength }: {
  readonly profile: CertificateProfile;
  readonly pathLength: number | null;
}): { toBER(): ArrayBuffer } {
  const cA = profile === "root_ca" || profile === "intermediate_ca";
  return new BasicConstraints({
    cA,
    ...pathLength === null ? {} : { pathLenConstraint: pathLength },
  }).toSchema();
}

function usageBits(usages: readonly CertificateUsage[]): BitString {
  const byte = usages.reduce((bits, usage) => bits | 0x80 >> CERTIFICATE_USAGES.indexOf(usage), 0);
  const unusedBits = 31 - Math.clz32(byte & -byte);
  return new BitString({ valueHex: Uint8Array.of(byte), unusedBits });
}

function extension(
  extnID: string,
  value: { toBER(): ArrayBuffer },
  critical = false,
): Extension {
  return new Extension({ extnID, critical, extnValue: value.toBER() });
}

function hostName(name: string): string {
  if (name.length <= 253 && /^(\*\.)?[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i.test(name)) return name;
  throw new CryptoError(
    "invalid_argument",
    `Cannot write the host name "${name}" into a certificate: expected letters, digits, - and dots`,
  );
}

function addressBytes(address: string): Uint8Array<ArrayBuffer> {
  const parts = /^\d{1,3}(\.\d{1,3}){3}$/.test(address) ? address.split(".").map(Number) : [];
  if (parts.length === 4 && parts.every((part) => part <= 255)) return Uint8Array.from(parts);
  throw new CryptoError(
    "invalid_argument",
    `Cannot write the address "${address}" into a certificate: expected IPv4 in dots`,
  );
}
