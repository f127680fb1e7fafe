import { z } from "zod";
import { verify } from "../../../crypto/sm2.ts";
import type { TrustedKey } from "./trusted_keys.ts";

export const SIGNATURES_BYTES_MAX = 64 * 1024;
export const SIGNATURES_MAX = 16;

/** Bytes of a DER signature, in base64. */
const SIGNATURE_CHARACTERS_MAX = 200;

/** "build", "owner": who signs, and how the file of a trusted key begins. */
export const SIGNER_NAME = /^[a-z][a-z0-9]{0,31}$/;

const signatureShape = z.object({
  /** As the signer called himself; who he is, the trusted key says. */
  signer: z.string().regex(SIGNER_NAME),
  /** SM3 of the public key's 65 bytes. */
  keyId: z.string().regex(/^[0-9a-f]{64}$/),
  algorithm: z.literal("sm2-with-sm3"),
  /** DER in base64, over the manifest's bytes, with the national default user id. */
  signature: z.base64().max(SIGNATURE_CHARACTERS_MAX),
});

export type ReleaseSignature = Readonly<z.infer<typeof signatureShape>>;

/** Null for what is no list of signatures. */
export function readSignatures(bytes: Uint8Array): readonly ReleaseSignature[] | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return z.array(signatureShape).max(SIGNATURES_MAX).parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What a trusted signer said of the manifest. */
export interface SignerState {
  readonly signer: string;
  /** Signed, by none of his keys, or with one of them but not these bytes. */
  readonly state: "signed" | "missing" | "wrong";
  /** Of `signed`. */
  readonly keyId: string | null;
}

/** One for each trusted signer, of whose keys one is enough: keys are renewed one by one. */
export function checkSignatures(
  manifest: Uint8Array,
  signatures: readonly ReleaseSignature[],
  trusted: readonly TrustedKey[],
): SignerState[] {
  const signers = [...new Set(trusted.map(({ signer }) => signer))].sort();
  return signers.map((signer) => {
    const ofKeys = trusted.filter((key) => key.signer === signer).flatMap((key) =>
      signatures.filter(({ keyId }) => keyId === key.keyId).map((signature) => ({
        keyId: key.keyId,
        isGood: verify(key.publicKey, manifest, Uint8Array.fromBase64(signature.signature), {
          format: "der",
        }),
      }))
    );
    const good = ofKeys.find(({ isGood }) => isGood);
    const state = good ? "signed" : ofKeys.length > 0 ? "wrong" : "missing";
    return { signer, state, keyId: good?.keyId ?? null };
  });
}
