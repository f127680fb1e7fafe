import { sm3 } from "../../../../../crypto/sm3.ts";
import { toBase32 } from "../../../../../crypto/totp.ts";

export const RECOVERY_CODES = 10;
/** 60 bits: a digest of it is not searched through, so SM3 alone keeps it. */
const LETTERS = 12;
const RANDOM_BYTES = 8;

/** `7KQ2-M9XA-3DFT` */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const letters = toBase32(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
    return letters.slice(0, LETTERS).match(/.{4}/g)?.join("-") ?? letters;
  });
}

/** However it was typed. Bound to the account. */
export function recoveryCodeHash(accountId: string, code: string): Uint8Array {
  const letters = code.toUpperCase().replace(/[^A-Z2-7]/g, "");
  return sm3(new TextEncoder().encode(`yikatong recovery code\0${accountId}\0${letters}`));
}
