import type { Context, MiddlewareHandler } from "hono";
import { isIP } from "node:net";
import type { AddressRanges } from "./address_range.ts";

const HOPS_MAX = 16;

/**
 * Where a request comes from. `x-forwarded-for` is read from its end, and only as long as the next
 * hop is one of the trusted proxies: what stands before the first stranger, the stranger may have
 * written.
 */
export function clientAddress(
  remote: string | null,
  forwardedFor: string | undefined,
  trusted: AddressRanges,
): string | null {
  if (remote === null) return null;
  const hops = (forwardedFor ?? "").split(",").map((hop) => hop.trim()).slice(-HOPS_MAX);
  let nearest = plain(remote);
  while (trusted.has(nearest)) {
    const before = hops.pop();
    if (before === undefined || isIP(before) === 0) break;
    nearest = plain(before);
  }
  return nearest;
}

/** IPv4 as a socket for both families tells it. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** Tells every route behind it where the request comes from. */
export function clientAddresses(trusted: AddressRanges): MiddlewareHandler {
  return async (c, next) => {
    const given = c.req.header("x-forwarded-for");
    c.set("address", clientAddress(remoteOf(c), given, trusted));
    await next();
  };
}

export function addressOf(c: Context): string | null {
  return c.get("address") ?? null;
}

/** As the runtime's server hands it on; null where no socket is (tests). */
function remoteOf(c: Context): string | null {
  const info: unknown = c.env;
  if (typeof info !== "object" || info === null || !("remoteAddr" in info)) return null;
  const { remoteAddr } = info;
  if (typeof remoteAddr !== "object" || remoteAddr === null) return null;
  return "hostname" in remoteAddr ? String(remoteAddr.hostname) : null;
}
