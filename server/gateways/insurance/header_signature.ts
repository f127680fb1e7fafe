/**
 * Guangdong's gateway headers (nhsa.md §1.3). The body is not signed: integrity on the way is left
 * to TLS and the medical-insurance network.
 */
export interface TifSecrets {
  readonly paasid: string;
  readonly secretKey: string;
}

export async function signTif(
  secrets: TifSecrets,
  options: { readonly at: Date; readonly nonce: string },
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(options.at.getTime() / 1000));
  const signed = timestamp + secrets.secretKey + options.nonce + timestamp;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(signed));
  return {
    "x-tif-paasid": secrets.paasid,
    "x-tif-timestamp": timestamp,
    "x-tif-nonce": options.nonce,
    "x-tif-signature": new Uint8Array(digest).toHex(),
  };
}

const NONCE_BYTES = 8;

/** 16 lower-case hex digits: within the 6–32 alphanumerics the gateway takes. */
export function newNonce(): string {
  return crypto.getRandomValues(new Uint8Array(NONCE_BYTES)).toHex();
}
