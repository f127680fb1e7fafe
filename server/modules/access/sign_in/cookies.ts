import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { readToken, type SessionToken } from "./session_token.ts";

/** Hono puts `__Host-` before both: bound to this host, its root and TLS (RFC 6265bis §4.1.3.2). */
const SESSION_COOKIE = "yikatong_session";
const ATTEMPT_COOKIE = "yikatong_sign_in";

const COOKIE = { httpOnly: true, secure: true, sameSite: "Strict", path: "/" } as const;

export function sessionTokenOf(c: Context): SessionToken | null {
  return readToken(getCookie(c, SESSION_COOKIE, "host"));
}

export function attemptTicketOf(c: Context): SessionToken | null {
  return readToken(getCookie(c, ATTEMPT_COOKIE, "host"));
}

export function giveSession(c: Context, token: SessionToken): void {
  setCookie(c, SESSION_COOKIE, token.text, { ...COOKIE, prefix: "host" });
  deleteCookie(c, ATTEMPT_COOKIE, { ...COOKIE, prefix: "host" });
}

export function giveAttempt(c: Context, ticket: SessionToken): void {
  setCookie(c, ATTEMPT_COOKIE, ticket.text, { ...COOKIE, prefix: "host" });
}

export function takeCookies(c: Context): void {
  deleteCookie(c, SESSION_COOKIE, { ...COOKIE, prefix: "host" });
  deleteCookie(c, ATTEMPT_COOKIE, { ...COOKIE, prefix: "host" });
}
