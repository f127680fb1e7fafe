import type { Context } from "hono";
import { DomainError } from "../../../platform/errors.ts";
import { isFromElsewhere } from "./cross_site.ts";
import { sameBytes } from "./session.ts";
import { csrfTokenOf, type SessionToken } from "./session_token.ts";

const CSRF_HEADER = "x-csrf-token";

/** Throws DomainError `access.cross_site` for a write that a page of ours did not make. */
export function requireOwnSite(c: Context): void {
  const { method, raw, url } = c.req;
  if (isFromElsewhere(method, raw.headers, url)) throw crossSite();
}

/** The same, and the write carries the session's token. */
export function requireOwnPage(c: Context, token: SessionToken): void {
  const { method } = c.req;
  if (method === "GET" || method === "HEAD") return;
  requireOwnSite(c);
  const given = new TextEncoder().encode(c.req.header(CSRF_HEADER) ?? "");
  const wanted = new TextEncoder().encode(csrfTokenOf(token));
  if (!sameBytes(given, wanted)) throw crossSite();
}

function crossSite(): DomainError {
  return new DomainError("access.cross_site", "Cannot take the request: it comes from elsewhere");
}
