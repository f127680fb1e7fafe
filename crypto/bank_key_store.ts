import forge from "node-forge";
import { requireBounded } from "./bank_key_bounds.ts";
import { type Bytes, equalBytes } from "./bytes.ts";
import { CryptoError } from "./errors.ts";

/**
 * PKCS#12 (RFC 7292) of an RSA key with its certificates, as banks hand it out and take it. The
 * format is node-forge's work. It keeps keys in strings and numbers, which nobody can wipe.
 */
export interface BankKeyStore {
  /** PKCS#8 DER. */
  readonly privateKey: Bytes;
  /** DER; the one of the key first. RSA certificates alone can be written. */
  readonly certificates: readonly Bytes[];
}

const ENCRYPTIONS = ["aes256", "3des"] as const;
const FILE_BYTES_MAX = 1 << 20;
const KEY_BITS_MIN = 2048;
/** About a tenth of a second in node-forge, and five times what OpenSSL uses. */
const ITERATIONS = 10_000;
const SALT_BYTES = 16;
const STRING_CHUNK_BYTES = 8192;

/**
 * Encrypts the key with AES-256 or, for software that knows nothing newer, 3DES. The password is
 * ASCII, because programs do not agree on the bytes of other characters. Throws `invalid_argument`,
 * `invalid_key` for less than 2048 bits or when the first certificate is another key's,
 * `bad_encoding`.
 */
export function writeBankKeyStore(
  { privateKey, certificates }: BankKeyStore,
  password: string,
  { encryption = "aes256" }: { readonly encryption?: typeof ENCRYPTIONS[number] } = {},
): Bytes {
  requirePassword(password);
  if (!ENCRYPTIONS.includes(encryption)) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot encrypt PKCS#12 with "${encryption}": expected ${ENCRYPTIONS.join(" or ")}`,
    );
  }
  return insideForge(() => {
    const key = readKey(forge.asn1.fromDer(toText(privateKey)));
    const chain = certificates.map((der) =>
      forge.pki.certificateFromAsn1(forge.asn1.fromDer(toText(der)))
    );
    const [own] = chain;
    if (!own || !isKeyOf(own, key)) {
      throw new CryptoError(
        "invalid_key",
        "Cannot write PKCS#12: the first certificate is not its",
      );
    }
    const options = { algorithm: encryption, count: ITERATIONS, saltSize: SALT_BYTES };
    return toBytes(forge.asn1.toDer(forge.pkcs12.toPkcs12Asn1(key, chain, password, options)));
  });
}

/**
 * Throws `wrong_password` (also for changed content), `bad_encoding`, `too_large` for a file over
 * 1 MiB or one that asks for more than 1,000,000 iterations in all, `not_supported` for a file
 * without a MAC, a key other than RSA or more keys than one, `invalid_key` for less than 2048 bits.
 */
export function readBankKeyStore(file: Uint8Array, password: string): BankKeyStore {
  requirePassword(password);
  if (file.length > FILE_BYTES_MAX) throw tooLarge(file.length);
  return insideForge(() => {
    const parsed = forge.asn1.fromDer(toText(file));
    requireBounded(parsed, password);
    const bags = forge.pkcs12.pkcs12FromAsn1(parsed, password).safeContents
      .flatMap(({ safeBags }) => safeBags);
    const { keyBag, pkcs8ShroudedKeyBag, certBag } = forge.pki.oids;
    const keys = bags.filter(({ type }) => type === keyBag || type === pkcs8ShroudedKeyBag);
    const [first, ...more] = keys;
    if (!first?.key || more.length > 0) {
      throw new CryptoError("not_supported", "Cannot read PKCS#12: expected one RSA key");
    }
    const { key } = first;
    requireStrong(key);
    const certificates = bags.filter(({ type }) => type === certBag);
    const own = certificates.filter(({ cert }) => cert && isKeyOf(cert, key));
    const others = certificates.filter((bag) => !own.includes(bag));
    return {
      privateKey: toBytes(forge.asn1.toDer(writeKey(key))),
      certificates: [...own, ...others].map(certificateDer),
    };
  });
}

/** One it cannot read, an SM2 one for example, it leaves as it found it. */
function certificateDer({ cert, asn1 }: forge.pkcs12.Bag): Bytes {
  return toBytes(forge.asn1.toDer(cert ? forge.pki.certificateToAsn1(cert) : asn1));
}

function readKey(asn1: forge.asn1.Asn1): forge.pki.rsa.PrivateKey {
  const key = parseKey(asn1);
  requireStrong(key);
  return key;
}

function parseKey(asn1: forge.asn1.Asn1): forge.pki.rsa.PrivateKey {
  try {
    return forge.pki.privateKeyFromAsn1(asn1);
  } catch (cause) {
    throw new CryptoError("invalid_key", "Cannot write PKCS#12: expected an RSA key", { cause });
  }
}

function requireStrong({ n }: forge.pki.rsa.PrivateKey): void {
  const bits = n.bitLength();
  if (bits >= KEY_BITS_MIN) return;
  throw new CryptoError(
    "invalid_key",
    `Cannot use an RSA key of ${bits} bits: expected ${KEY_BITS_MIN} at least`,
  );
}

function writeKey(key: forge.pki.rsa.PrivateKey): forge.asn1.Asn1 {
  return forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key));
}

function isKeyOf(certificate: forge.pki.Certificate, key: forge.pki.rsa.PrivateKey): boolean {
  const shown = forge.pki.publicKeyToAsn1(certificate.publicKey);
  const own = forge.pki.publicKeyToAsn1(forge.pki.setRsaPublicKey(key.n, key.e));
  return equalBytes(toBytes(forge.asn1.toDer(shown)), toBytes(forge.asn1.toDer(own)));
}

function insideForge<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof CryptoError) throw cause;
    if (cause instanceof Error && /password|decrypt/i.test(cause.message)) {
      throw new CryptoError(
        "wrong_password",
        "Cannot open PKCS#12: the password is wrong or the content was changed",
      );
    }
    throw new CryptoError("bad_encoding", "Cannot read PKCS#12: expected RFC 7292", { cause });
  }
}

function requirePassword(password: string): void {
  if (/^[\x20-\x7e]+$/.test(password)) return;
  throw new CryptoError(
    "invalid_argument",
    "Cannot use a PKCS#12 password: expected ASCII, not empty",
  );
}

function tooLarge(bytes: number): CryptoError {
  return new CryptoError(
    "too_large",
    `Cannot read PKCS#12 of ${bytes} bytes: expected at most ${FILE_BYTES_MAX}`,
  );
}

/** node-forge's "bytes": one character each. In pieces, for arguments are bounded. */
function toText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += STRING_CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + STRING_CHUNK_BYTES));
  }
  return text;
}

function toBytes(buffer: forge.util.ByteStringBuffer): Bytes {
  return Uint8Array.from(buffer.getBytes(), (character) => character.charCodeAt(0));
}
