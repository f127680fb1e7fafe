import { createHash } from "node:crypto";
import { sign } from "../crypto/sm2.ts";
import { hmacSm3 } from "../crypto/sm3.ts";

/**
 * A program's end, written from `programs/contract.ts` and apart from the platform's code, so that
 * both cannot share a mistake. What is signed and what is sent may differ, for attacks.
 */
export interface SampleRequest {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

export interface SigningProgram {
  readonly keyId: string;
  readonly key:
    | { readonly kind: "sm2"; readonly privateKey: Uint8Array }
    | { readonly kind: "hmac"; readonly secret: string };
}

/** The headers that go along. */
export function signedHeaders(
  { keyId, key }: SigningProgram,
  request: SampleRequest,
  { time, nonce = randomNonce() }: { readonly time: string; readonly nonce?: string },
): Record<string, string> {
  const digest = createHash("sm3").update(request.body).digest("hex");
  const text = new TextEncoder().encode(
    `yikatong-program-request-1\n${keyId}\n${time}\n${nonce}\n` +
      `${request.method}\n${request.target}\n${digest}`,
  );
  const signature = key.kind === "sm2"
    ? sign(key.privateKey, text)
    : hmacSm3(Uint8Array.fromHex(key.secret), text);
  return {
    "x-program-key": keyId,
    "x-program-time": time,
    "x-program-nonce": nonce,
    "x-program-signature": signature.toHex(),
  };
}

export function randomNonce(): string {
  return crypto.getRandomValues(new Uint8Array(16)).toHex();
}
