import { createHmac } from "node:crypto";

/**
 * One-time codes by time (RFC 6238): what authenticator apps compute. HMAC-SHA-1, six digits,
 * thirty seconds: Google's and Microsoft's apps and the mini-programs of WeChat read the algorithm
 * parameter of an `otpauth` address and then do these regardless. HMAC does not need a hash without
 * collisions (NIST SP 800-107 §5.3.4), so SHA-1 is sound here, and here only. It is the second of
 * two factors; the first is PBKDF2-HMAC-SM3, and an SM2 certificate can stand in for it.
 */

const STEP_MS = 30_000;
const DIGITS = 6;
const SECRET_BYTES = 20;
/** A phone's clock may be one step off either way (RFC 6238 §5.2). */
const STEPS_OFF_MAX = 1;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_TEXT = /^[A-Z2-7]{32}$/;

/** 160 bits in base32 (RFC 4648 §6), as people type it. */
export function newTotpSecret(): string {
  return toBase32(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}

/** For random codes of people's too: five bits a character, none that reads as another digit. */
export function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => BASE32[Number.parseInt(group.padEnd(5, "0"), 2)]).join("");
}

export function totpStep(at: Date): number {
  return Math.floor(at.getTime() / STEP_MS);
}

export function totpCode(secret: string, step: number): string {
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, BigInt(step));
  const mac = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = (mac[mac.length - 1] ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}

/**
 * The time step the code is of, or null. The caller takes a step once only. All steps are tried
 * whichever fits, so that the time says nothing.
 */
export function findTotpStep(secret: string, code: string, at: Date): number | null {
  let found: number | null = null;
  for (let off = -STEPS_OFF_MAX; off <= STEPS_OFF_MAX; off++) {
    const step = totpStep(at) + off;
    if (sameDigits(totpCode(secret, step), code)) found = step;
  }
  return found;
}

/** For a QR code (Key Uri Format of Google Authenticator). */
export function otpauthUrl(
  { issuer, login, secret }: { issuer: string; login: string; secret: string },
): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(login)}`;
  const of = encodeURIComponent(issuer);
  return `otpauth://totp/${label}?secret=${secret}&issuer=${of}&algorithm=SHA1&digits=6&period=30`;
}

function sameDigits(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) {
    difference |= left.charCodeAt(at) ^ right.charCodeAt(at);
  }
  return difference === 0;
}

function fromBase32(text: string): Uint8Array {
  if (!SECRET_TEXT.test(text)) throw new RangeError("Cannot read a TOTP secret: expected base32");
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0"));
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}
