import ipaddr from "ipaddr.js";
import { DomainError } from "../../../platform/errors.ts";

/**
 * CIDR ranges of IPv4 and IPv6 a role is bound to (GB/T 22239-2019 8.1.4.4 c). An address that maps
 * IPv4 into IPv6 counts as the IPv4 address it is.
 */

interface Range {
  readonly address: ipaddr.IPv4 | ipaddr.IPv6;
  readonly bits: number;
}

/** `10.0.0.0/8` as it was meant: host bits cleared, a single address with its full length. */
export function canonicalRange(text: string): string {
  const { address, bits } = parseRange(text);
  const bytes = address.toByteArray().map((byte, at) => byte & maskOf(bits - at * 8));
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}

/** Throws nothing: what cannot be read lies in no range, and a range that cannot be read has none. */
export function inRanges(ranges: readonly string[], address: string | null): boolean {
  const from = address === null ? null : parseAddress(address);
  return from !== null && ranges.some((range) => lies(from, range));
}

function lies(from: ipaddr.IPv4 | ipaddr.IPv6, text: string): boolean {
  const range = readRange(text);
  return range !== null && range.address.kind() === from.kind() &&
    from.match(range.address, range.bits);
}

/** Throws DomainError `access.malformed`. */
function parseRange(text: string): Range {
  const range = readRange(text);
  if (range) return range;
  throw new DomainError(
    "access.malformed",
    `Cannot read address range "${text}": expected e.g. 10.8.0.0/16 or fd00::/8`,
    { detail: "addresses" },
  );
}

function readRange(text: string): Range | null {
  const [, host = "", length] = /^([0-9a-fA-F.:]{2,45})(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parseAddress(host);
  if (!address || (host.includes(":") && address.kind() === "ipv4")) return null;
  const bitsMax = address.kind() === "ipv4" ? 32 : 128;
  const bits = length === undefined ? bitsMax : Number(length);
  return bits <= bitsMax ? { address, bits } : null;
}

/** Four decimal parts or IPv6; the other forms of IPv4 (octal, one number) read differently elsewhere. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(":") || !ipaddr.IPv6.isValid(text)) return null;
  return ipaddr.process(text);
}

function maskOf(bitsLeft: number): number {
  if (bitsLeft <= 0) return 0;
  return bitsLeft >= 8 ? 0xff : (0xff << (8 - bitsLeft)) & 0xff;
}
