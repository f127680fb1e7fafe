import { timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { refuse } from "./problems.ts";

/** Own screens only: a page of another site must not drive the devices through the browser. */
export function checkHost(allowedHosts: readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header("host") ?? "";
    const origin = context.req.header("origin");
    if (!allowedHosts.includes(hostName(host)) || (origin && origin !== `http://${host}`)) {
      return refuse({
        status: 403,
        code: "terminal.foreign_origin",
        title: "The request comes from elsewhere",
        retry: "never",
      });
    }
    await next();
  };
}

/** The token of this boot: in a header, or in the query of a WebSocket, which has no headers. */
export function checkToken(token: string): MiddlewareHandler {
  return async (context, next) => {
    const given = context.req.header("x-kiosk-token") ?? context.req.query("token") ?? "";
    if (!sameText(given, token)) {
      return refuse({
        status: 401,
        code: "terminal.wrong_token",
        title: "The token is not of this boot; load the page again",
        retry: "never",
      });
    }
    await next();
  };
}

export function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, "");
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [new TextEncoder().encode(left), new TextEncoder().encode(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
