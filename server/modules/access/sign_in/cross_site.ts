/**
 * Writes come from our own pages: a browser says where a request was made (`sec-fetch-site`, and
 * `origin` with every write), and a page elsewhere cannot make it say otherwise. A write without
 * either word is refused too: every browser we serve sends one.
 */
export function isFromElsewhere(method: string, headers: Headers, url: string): boolean {
  if (method === "GET" || method === "HEAD") return false;
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return true;
  const origin = headers.get("origin");
  if (origin !== null) return hostOf(origin) !== (headers.get("host") ?? new URL(url).host);
  return site === null;
}

/** `null` as an opaque origin says it is no host. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
