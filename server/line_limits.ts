import type { Context, MiddlewareHandler } from "hono";
import type { LineSessions } from "./modules/fleet/line/line_sessions.ts";
import { addressOf } from "./platform/client_address.ts";
import { problem } from "./platform/http.ts";
import type { RateLimits } from "./platform/rate_limit.ts";
import { LINE_HEADERS } from "./platform/signed_line.ts";
import { LINE_UNKNOWN_RATE } from "./rate_classes.ts";

/**
 * Asking for a session nobody has costs a query. An address that did it too often in a minute is
 * served only the sessions this process has open already, so that terminals behind the same address
 * go on.
 */
export function unknownSessionLimit(
  limits: RateLimits,
  sessions: LineSessions | null,
): MiddlewareHandler {
  return async (c, next) => {
    const address = addressOf(c) ?? "unknown";
    const isKnown = sessions?.has(c.req.header(LINE_HEADERS.session) ?? "") ?? false;
    if (!isKnown && limits.isOver(LINE_UNKNOWN_RATE, address)) return tooMany(c);
    await next();
    if (c.res.status === 401) await limits.take(LINE_UNKNOWN_RATE, address);
  };
}

const RETRY_SECONDS = 60;

function tooMany(c: Context): Response {
  c.header("retry-after", String(RETRY_SECONDS));
  return problem(c, {
    status: 429,
    code: "request.too_many",
    title: "Cannot take the request: too many came from here without a session",
    retry: "safe",
    detail: String(RETRY_SECONDS),
  });
}
