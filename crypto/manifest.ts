import { type Bytes, concatBytes, equalBytes } from "./bytes.ts";
import type { SignBytes } from "./certificates.ts";
import { CryptoError } from "./errors.ts";
import { readManifest } from "./manifest_text.ts";
import { DEFAULT_USER_ID, type Sm2Verifier, verify } from "./sm2.ts";

export { checkFiles } from "./manifest_check.ts";
export { createManifest } from "./manifest_text.ts";

/**
 * What a release consists of, signed: a list of its files with their SM3 digests as plain text that
 * a person can read, and a last line with the SM2 signature over all before it. There is one text
 * for one manifest (`manifest_text.ts`), so what is signed is what is read.
 */
export interface Manifest {
  /** Sorted by path. */
  readonly files: readonly ManifestFile[];
  /** Names `[a-z][a-z0-9_]*` and one-line values: "version", "platform". */
  readonly meta: Readonly<Record<string, string>>;
}

export interface ManifestFile {
  /** Relative, with "/": "bin/yikatong". */
  readonly path: string;
  /** Of the content, 32 bytes. */
  readonly sm3: Uint8Array;
  /** Bytes. */
  readonly size: number;
}

export type VerifiedManifest =
  | { readonly kind: "signed"; readonly manifest: Manifest }
  | { readonly kind: "wrong_signature" }
  /** Signed or not, it is no manifest; `reason` says in English what was expected. */
  | { readonly kind: "malformed"; readonly reason: string };

const SIGNATURE_LABEL = "sm2-signature ";
const SIGNATURE_BYTES = 64;
/** Label, 128 hex digits, line feed. */
const SIGNATURE_LINE_BYTES = SIGNATURE_LABEL.length + 2 * SIGNATURE_BYTES + 1;

/**
 * The signed text; throws `bad_encoding` for what is no manifest. With the public key that those
 * who check it have, a signature by another is found out here (`invalid_signature`).
 */
export async function signManifest(
  manifest: Bytes,
  sign: SignBytes,
  publicKey?: Uint8Array,
): Promise<Bytes> {
  readManifest(manifest);
  const signature = await sign(manifest);
  if (signature.length !== SIGNATURE_BYTES) {
    throw new CryptoError(
      "invalid_signature",
      `Cannot sign the manifest with ${signature.length} bytes: expected ${SIGNATURE_BYTES}`,
    );
  }
  if (publicKey && !isSigned(manifest, signature, publicKey)) {
    throw new CryptoError(
      "invalid_signature",
      "Cannot sign the manifest: the signature made does not fit the public key",
    );
  }
  return concatBytes(manifest, signatureLine(signature));
}

/** The signature is looked at before a single line of the text is. Never throws for bad input. */
export function verifyManifest(
  signed: Uint8Array,
  publicKey: Uint8Array | Sm2Verifier,
): VerifiedManifest {
  const text = signed.subarray(0, Math.max(0, signed.length - SIGNATURE_LINE_BYTES));
  const signature = readSignature(signed.subarray(text.length));
  if (!signature) return { kind: "malformed", reason: "Cannot find the signature line" };
  if (!isSigned(text, signature, publicKey)) return { kind: "wrong_signature" };
  try {
    return { kind: "signed", manifest: readManifest(text) };
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    return { kind: "malformed", reason: thrown.message };
  }
}

function isSigned(
  text: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array | Sm2Verifier,
): boolean {
  return verify(publicKey, text, signature, { userId: DEFAULT_USER_ID, format: "raw" });
}

function readSignature(line: Uint8Array): Bytes | null {
  if (line.length !== SIGNATURE_LINE_BYTES) return null;
  const hex = new TextDecoder().decode(line.subarray(SIGNATURE_LABEL.length, -1));
  if (!/^[0-9a-f]{128}$/.test(hex)) return null;
  const signature = Uint8Array.fromHex(hex);
  return equalBytes(line, signatureLine(signature)) ? signature : null;
}

function signatureLine(signature: Uint8Array): Bytes {
  return new TextEncoder().encode(`${SIGNATURE_LABEL}${signature.toHex()}\n`);
}
