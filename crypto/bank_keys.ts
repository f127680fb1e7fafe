import type { Bytes } from "./bytes.ts";
import { type DistinguishedName, writeName } from "./certificate_names.ts";
import { DerTag, readDer, readDerChildren, readOid, writeDer, writeOid } from "./der.ts";
import { CryptoError } from "./errors.ts";
import { readPem, writePem } from "./pem.ts";

/**
 * RSA keys for banks that still want them: a key pair, the request for its certificate, and PKCS#12
 * (`bank_key_store.ts`). Nothing here decides whom to trust. Keys and signatures are the runtime's
 * WebCrypto: off the event loop, and no prime numbers of our own.
 */
export { readBankKeyStore, writeBankKeyStore } from "./bank_key_store.ts";

export interface BankKeyPair {
  /** PKCS#8 DER. */
  readonly privateKey: Bytes;
  /** SubjectPublicKeyInfo DER. */
  readonly publicKey: Bytes;
}

const KEY_BITS = [2048, 3072, 4096] as const;
const [KEY_BITS_MIN] = KEY_BITS;

export type BankKeyBits = typeof KEY_BITS[number];

const PRIVATE_KEY = "PRIVATE KEY";
const PUBLIC_EXPONENT = Uint8Array.of(1, 0, 1);
const SHA256_WITH_RSA = "1.2.840.113549.1.1.11";
const RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
const VERSION_1 = Uint8Array.of(0);
const ATTRIBUTES_TAG = 0xa0;
const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/**
 * A new RSA key pair with e = 65537; takes up to some seconds, beside other work. Throws
 * `invalid_argument` for other lengths.
 */
export async function generateBankKeyPair(bits: BankKeyBits): Promise<BankKeyPair> {
  if (!KEY_BITS.includes(bits)) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot make an RSA key of ${bits} bits: expected ${KEY_BITS.join(", ")}`,
    );
  }
  const parameters = { ...ALGORITHM, modulusLength: bits, publicExponent: PUBLIC_EXPONENT };
  const pair = await crypto.subtle.generateKey(parameters, true, ["sign", "verify"]);
  return {
    privateKey: new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)),
    publicKey: new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)),
  };
}

/**
 * A certificate request (PKCS#10) signed with SHA-256 and RSA: DER, `requestToPem` makes it text.
 * Throws `invalid_argument` for the name, `invalid_key` for a key that is no RSA key of 2048 bits
 * or more.
 */
export async function createBankRequest(
  { subject, keyPair }: { readonly subject: DistinguishedName; readonly keyPair: BankKeyPair },
): Promise<Bytes> {
  const content = writeDer(
    DerTag.sequence,
    writeDer(DerTag.integer, VERSION_1),
    writeName(subject),
    keyPair.publicKey,
    writeDer(ATTRIBUTES_TAG),
  );
  const algorithm = writeDer(DerTag.sequence, writeOid(SHA256_WITH_RSA), writeDer(DerTag.null));
  const bits = writeDer(DerTag.bitString, Uint8Array.of(0), await signRsa(keyPair, content));
  return writeDer(DerTag.sequence, content, algorithm, bits);
}

/** PKCS#8, not encrypted; to be kept or sent, PKCS#12 is the form. */
export function bankPrivateKeyToPem(privateKey: Uint8Array): string {
  return writePem(PRIVATE_KEY, privateKey);
}

/** PKCS#8 DER; throws `bad_encoding`, `not_supported` for another algorithm than RSA. */
export function bankPrivateKeyFromPem(pem: string): Bytes {
  const { der } = readPem(pem, [PRIVATE_KEY]);
  const [, algorithm] = readDerChildren(readDer(der));
  const [name] = algorithm ? readDerChildren(algorithm) : [];
  if (!name) throw new CryptoError("bad_encoding", "Cannot read a bank key: expected PKCS#8");
  if (readOid(name) !== RSA_ENCRYPTION) {
    throw new CryptoError("not_supported", "Cannot read a bank key: expected RSA");
  }
  return der;
}

/** Checks with the public key, because the request would carry the wrong one to the bank. */
async function signRsa(keyPair: BankKeyPair, content: Bytes): Promise<Uint8Array> {
  const { subtle } = crypto;
  try {
    const own = await subtle.importKey("pkcs8", keyPair.privateKey, ALGORITHM, false, ["sign"]);
    const shown = await subtle.importKey("spki", keyPair.publicKey, ALGORITHM, false, ["verify"]);
    requireStrong(own.algorithm);
    const signature = await subtle.sign(ALGORITHM, own, content);
    if (await subtle.verify(ALGORITHM, shown, signature, content)) return new Uint8Array(signature);
  } catch (cause) {
    if (cause instanceof CryptoError) throw cause;
    throw new CryptoError("invalid_key", "Cannot sign with a bank key: expected RSA", { cause });
  }
  throw new CryptoError("invalid_key", "Cannot sign with a bank key: its public key is another's");
}

function requireStrong(algorithm: KeyAlgorithm): void {
  const bits = "modulusLength" in algorithm ? Number(algorithm.modulusLength) : 0;
  if (bits >= KEY_BITS_MIN) return;
  throw new CryptoError(
    "invalid_key",
    `Cannot sign with an RSA key of ${bits} bits: expected ${KEY_BITS_MIN} at least`,
  );
}
