import { equalBytes } from "./bytes.ts";
import { type DerNode, DerTag, derUnsigned, readDer, readDerChildren, readOid } from "./der.ts";
import { CryptoError } from "./errors.ts";

/** In the order of the bits of KeyUsage (RFC 5280 §4.2.1.3). */
export const CERTIFICATE_USAGES = [
  "digital_signature",
  "non_repudiation",
  "key_encipherment",
  "data_encipherment",
  "key_agreement",
  "certificate_sign",
  "crl_sign",
  "encipher_only",
  "decipher_only",
] as const;

export type CertificateUsage = typeof CERTIFICATE_USAGES[number];

export const ExtensionOid = {
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  alternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
} as const;

/** What the extensions of a certificate or a request say; null where one is absent. */
export interface CertificateExtensions {
  /** Of one that may issue certificates; `pathLength` bounds the authorities below it. */
  readonly authority: { readonly pathLength: number | null } | null;
  readonly usages: ReadonlySet<CertificateUsage> | null;
  /** OIDs, and whether a user of the key has to keep to them. */
  readonly extendedUsages: { readonly oids: readonly string[]; readonly critical: boolean } | null;
  /** Of an authority for some names alone. Which, is not read: `verifyChain` refuses what it issued. */
  readonly hasNameConstraints: boolean;
  readonly subjectKeyId: Uint8Array | null;
  readonly authorityKeyId: Uint8Array | null;
  readonly dnsNames: readonly string[];
  /** "192.0.2.1", or eight groups of four hex digits. */
  readonly ipAddresses: readonly string[];
  /** OIDs of what is critical and not understood here: such a certificate is never trusted. */
  readonly unknownCritical: readonly string[];
}

interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

const BOOLEAN_TRUE = Uint8Array.of(0x01, 0x01, 0xff);
const BOOLEAN_FALSE = Uint8Array.of(0x01, 0x01, 0x00);
/** Noticed and not understood. */
const NAME_CONSTRAINTS = "2.5.29.30";
const KEY_ID_TAG = 0x80;
const DNS_NAME_TAG = 0x82;
const IP_ADDRESS_TAG = 0x87;
const PATH_LENGTH_BYTES = 1;
const KNOWN: ReadonlySet<string> = new Set(Object.values(ExtensionOid));

/** Of a SEQUENCE of extensions, or of none; throws `bad_encoding`, also when one stands twice. */
export function readExtensions(node?: DerNode): CertificateExtensions {
  const found = collect(node);
  const read = <T>(oid: string, reading: (value: DerNode, extension: Extension) => T): T | null => {
    const extension = found.get(oid);
    return extension ? reading(readDer(extension.value), extension) : null;
  };
  const names = read(ExtensionOid.alternativeName, sequence) ?? [];
  return {
    authority: read(ExtensionOid.basicConstraints, readBasicConstraints),
    usages: read(ExtensionOid.keyUsage, readUsages),
    extendedUsages: read(ExtensionOid.extendedKeyUsage, (value, { critical }) => ({
      oids: sequence(value).map(readOid),
      critical,
    })),
    hasNameConstraints: found.has(NAME_CONSTRAINTS),
    subjectKeyId: read(ExtensionOid.subjectKeyId, readKeyId),
    authorityKeyId: read(ExtensionOid.authorityKeyId, readAuthorityKeyId),
    dnsNames: names.filter(({ tag }) => tag === DNS_NAME_TAG).map(readDnsName),
    ipAddresses: names.filter(({ tag }) => tag === IP_ADDRESS_TAG).map(readIpAddress),
    unknownCritical: [...found]
      .filter(([oid, { critical }]) => critical && !KNOWN.has(oid))
      .map(([oid]) => oid),
  };
}

function collect(node: DerNode | undefined): Map<string, Extension> {
  const found = new Map<string, Extension>();
  if (!node) return found;
  for (const child of sequence(node)) {
    const [name, second, third, ...more] = sequence(child);
    const value = third ?? second;
    if (!name || value?.tag !== DerTag.octetString || more.length > 0) {
      throw refused("an extension of a name and a value");
    }
    const oid = readOid(name);
    if (found.has(oid)) throw refused(`extension ${oid} once`);
    found.set(oid, { critical: third !== undefined && readBoolean(second), value: value.content });
  }
  return found;
}

function readBasicConstraints(node: DerNode): { readonly pathLength: number | null } | null {
  const [authority, pathLength, ...more] = sequence(node);
  if (more.length > 0) throw refused("basic constraints of TRUE and a path length");
  if (!authority) return null;
  if (!readBoolean(authority)) {
    if (pathLength) throw refused("a path length for authorities only");
    return null;
  }
  if (!pathLength) return { pathLength: null };
  return { pathLength: derUnsigned(pathLength, PATH_LENGTH_BYTES)[0] ?? 0 };
}

/** FALSE should not stand there, being the default (X.690 §11.5), but authorities write it. */
function readBoolean(node: DerNode | undefined): boolean {
  if (node && equalBytes(node.raw, BOOLEAN_TRUE)) return true;
  if (node && equalBytes(node.raw, BOOLEAN_FALSE)) return false;
  throw refused("TRUE or FALSE");
}

/** The list should end with a bit that is set (X.690 §11.2.2), but authorities write whole bytes. */
function readUsages({ tag, content }: DerNode): ReadonlySet<CertificateUsage> {
  const [unused = 8, ...bytes] = content;
  const unusedBits = (bytes.at(-1) ?? 0xff) & ((1 << unused) - 1);
  if (tag !== DerTag.bitString || unused > 7 || unusedBits !== 0 || bytes.length > 2) {
    throw refused("a list of key usages");
  }
  const isSet = (bit: number) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0;
  return new Set(CERTIFICATE_USAGES.filter((_, bit) => isSet(bit)));
}

function readKeyId({ tag, content }: DerNode): Uint8Array {
  if (tag !== DerTag.octetString || content.length === 0) throw refused("a key identifier");
  return content;
}

function readAuthorityKeyId(node: DerNode): Uint8Array | null {
  return sequence(node).find(({ tag }) => tag === KEY_ID_TAG)?.content ?? null;
}

function readDnsName({ content }: DerNode): string {
  const text = String.fromCharCode(...content.subarray(0, 256));
  if (content.length > 255 || !/^[\x21-\x7e]+$/.test(text)) throw refused("a DNS name");
  return text;
}

function readIpAddress({ content }: DerNode): string {
  if (content.length === 4) return content.join(".");
  if (content.length === 16) return content.toHex().replaceAll(/(?<=.)(?=(.{4})+$)/g, ":");
  throw refused("an IP address of 4 or 16 bytes");
}

function sequence(node: DerNode): DerNode[] {
  if (node.tag !== DerTag.sequence) throw refused("a SEQUENCE");
  return readDerChildren(node);
}

function refused(expected: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read extensions: expected ${expected}`);
}
