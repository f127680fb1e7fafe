import { Time } from "pkijs";
import type { DerNode } from "./der.ts";
import { CryptoError } from "./errors.ts";

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
/** RFC 5280 §4.1.2.5: two digits of a year mean 1950 to 2049, later ones have four. */
const YEAR_MIN = 1950;
const UTC_YEAR_MAX = 2049;
const YEAR_MAX = 9999;

/**
 * To the second, in UTC; throws `bad_encoding`. Four digits of a year are read for every one from
 * 1950, though RFC 5280 wants two until 2049: authorities are in use that do not know.
 */
export function readTime(node: DerNode | undefined): Date {
  const text = node && (node.tag === UTC_TIME || node.tag === GENERALIZED_TIME)
    ? String.fromCharCode(...node.content.subarray(0, 16))
    : "";
  const digits = node?.tag === UTC_TIME ? century(text) + text : text;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits);
  if (!parts) throw refused();
  const [, year, month, day, hour, minute, second] = parts;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = new Date(iso);
  // Date takes 24:00:00 and 31 February and goes on counting.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) throw refused();
  if (time.getUTCFullYear() < YEAR_MIN) throw refused();
  return time;
}

/** Cut to the second; throws `invalid_argument` outside 1950 to 9999. */
export function writeTime(time: Date): Time {
  const year = time.getUTCFullYear();
  if (!(year >= YEAR_MIN && year <= YEAR_MAX)) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot write the year ${year} into a certificate: expected ${YEAR_MIN} to ${YEAR_MAX}`,
    );
  }
  const value = new Date(Math.floor(time.getTime() / 1000) * 1000);
  return new Time({ type: year <= UTC_YEAR_MAX ? 0 : 1, value });
}

function century(text: string): string {
  return Number(text.slice(0, 2)) < YEAR_MIN % 100 ? "20" : "19";
}

function refused(): CryptoError {
  return new CryptoError(
    "bad_encoding",
    "Cannot read a time of a certificate: expected YYMMDDhhmmssZ or YYYYMMDDhhmmssZ from 1950",
  );
}
