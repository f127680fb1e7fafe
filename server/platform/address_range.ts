import { BlockList, isIP } from "node:net";

/** Networks in CIDR notation (RFC 4632, RFC 4291 §2.3); a single address stands for itself. */
export interface AddressRanges {
  /** IPv4 as IPv6 writes it (`::ffff:10.0.0.1`) counts as IPv4; what is no address is outside. */
  has(address: string): boolean;
}

interface Range {
  readonly network: string;
  readonly prefixBits: number;
  readonly family: "ipv4" | "ipv6";
}

const BITS_OF_FAMILY = { ipv4: 32, ipv6: 128 } as const;

/** Null for what is no range; a zone (`fe80::1%eth0`) is none. */
function parseRange(text: string): Range | null {
  const match = /^([0-9a-fA-F.:]{2,45})(?:\/(\d{1,3}))?$/.exec(text);
  const network = match?.[1] ?? "";
  const version = isIP(network);
  if (version === 0) return null;
  const family = version === 4 ? "ipv4" : "ipv6";
  const bits = BITS_OF_FAMILY[family];
  const prefixBits = match?.[2] === undefined ? bits : Number(match[2]);
  return prefixBits <= bits ? { network, prefixBits, family } : null;
}

export function isAddressRange(text: string): boolean {
  return parseRange(text) !== null;
}

/** Throws RangeError for what is no range. */
export function addressRanges(texts: readonly string[]): AddressRanges {
  const list = new BlockList();
  for (const text of texts) {
    const range = parseRange(text);
    if (!range) throw new RangeError(`Cannot use "${text}": expected an address or a CIDR range`);
    list.addSubnet(range.network, range.prefixBits, range.family);
  }
  return {
    has(address) {
      const version = isIP(address);
      if (version === 0) return false;
      return list.check(address, version === 4 ? "ipv4" : "ipv6");
    },
  };
}
