import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { readToken, type SessionToken } from "../sign_in/session_token.ts";

/** A way to the provider and back takes at most so long. */
export const WAY_SECONDS_MAX = 600;

/** Hono puts `__Secure-` before it; `__Host-` would not be bound to a path. */
const COOKIE = "yikatong_sso";
/** `Lax`: the browser comes back from another site, by a link. */
const BOUND = { httpOnly: true, secure: true, sameSite: "Lax", prefix: "secure" } as const;

/** Sent to the callback alone. */
export function giveWay(c: Context, token: SessionToken, callbackPath: string): void {
  setCookie(c, COOKIE, token.text, { ...BOUND, path: callbackPath, maxAge: WAY_SECONDS_MAX });
}

export function takeWay(c: Context, callbackPath: string): SessionToken | null {
  const token = readToken(getCookie(c, COOKIE, "secure"));
  deleteCookie(c, COOKIE, { ...BOUND, path: callbackPath });
  return token;
}
