import { sm3 } from "../../../../crypto/sm3.ts";

/** What a program signs and how it says so; in words in `contract.ts`. */

export const PROGRAM_HEADERS = {
  key: "x-program-key",
  time: "x-program-time",
  nonce: "x-program-nonce",
  signature: "x-program-signature",
} as const;

/** All but the body, as it came in; nothing of it believed yet. */
export interface ProgramHead {
  readonly method: string;
  /** Path and query, from the first slash on. */
  readonly target: string;
  /** Null where a header is missing. */
  readonly header: (name: string) => string | null;
  readonly address: string | null;
  readonly traceId: string | null;
}

export interface SignedHeaders {
  readonly keyId: string;
  readonly time: string;
  readonly at: Date;
  readonly nonce: string;
  /** 32 bytes of HMAC, 64 of r‖s, or DER. */
  readonly signature: Uint8Array;
}

const KEY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const NONCE = /^[0-9a-f]{32}$/;
/** At most 72 bytes, the longest an SM2 signature is in DER. */
const SIGNATURE = /^([0-9a-f]{2}){32,72}$/;
const TEXT_BEGIN = "yikatong-program-request-1";

/** Null unless all four are there and in form. */
export function readSignedHeaders(request: Pick<ProgramHead, "header">): SignedHeaders | null {
  const keyId = request.header(PROGRAM_HEADERS.key) ?? "";
  const time = request.header(PROGRAM_HEADERS.time) ?? "";
  const nonce = request.header(PROGRAM_HEADERS.nonce) ?? "";
  const signature = request.header(PROGRAM_HEADERS.signature) ?? "";
  const inForm = KEY_ID.test(keyId) && TIME.test(time) && NONCE.test(nonce) &&
    SIGNATURE.test(signature);
  const at = new Date(inForm ? time : NaN);
  if (Number.isNaN(at.getTime())) return null;
  return { keyId, time, at, nonce, signature: Uint8Array.fromHex(signature) };
}

/** The bytes that are signed. */
export function programRequestText(
  request: Pick<ProgramHead, "method" | "target"> & { readonly body: Uint8Array },
  { keyId, time, nonce }: Pick<SignedHeaders, "keyId" | "time" | "nonce">,
): Uint8Array<ArrayBuffer> {
  const lines = [
    TEXT_BEGIN,
    keyId,
    time,
    nonce,
    request.method.toUpperCase(),
    request.target,
    sm3(request.body).toHex(),
  ];
  return new TextEncoder().encode(lines.join("\n"));
}
