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

/** Zhejiang's gateway (nhsa.md §1.3): the body is signed too, by a key that stays in the provider. */
export interface CaSigner {
  /** The hospital's key number, x-ca-key. */
  readonly hospitalKey: string;
  /** HMAC-SM3 by the hospital's secret. */
  mac(data: Uint8Array): Promise<Uint8Array>;
}

export async function signCa(
  signer: CaSigner,
  { at, body }: { readonly at: Date; readonly body: string },
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const mac = await signer.mac(new TextEncoder().encode(`${timestamp}\n${body}`));
  return {
    "x-ca-key": signer.hospitalKey,
    "x-ca-signature": `${timestamp}:${mac.toHex().toUpperCase()}`,
  };
}
