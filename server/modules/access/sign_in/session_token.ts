import { sm3 } from "../../../../crypto/sm3.ts";

/**
 * The secret a session or an attempt is known by: 32 random bytes in a cookie. The database keeps
 * only its SM3, so that a copy of it opens nothing.
 */

const TOKEN_BYTES = 32;
const TOKEN_TEXT = /^[\w-]{43}$/;
const CSRF_LABEL = new TextEncoder().encode("yikatong console csrf 1\0");

export interface SessionToken {
  readonly text: string;
  readonly hash: Uint8Array;
}

export function newToken(): SessionToken {
  return tokenOf(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
}

/** Null for what was never given out: another length, another alphabet. */
export function readToken(text: string | undefined): SessionToken | null {
  if (text === undefined || !TOKEN_TEXT.test(text)) return null;
  const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url", lastChunkHandling: "loose" });
  const token = tokenOf(bytes);
  return token.text === text ? token : null;
}

function tokenOf(bytes: Uint8Array): SessionToken {
  return {
    text: bytes.toBase64({ alphabet: "base64url", omitPadding: true }),
    hash: sm3(bytes),
  };
}

/** One way from the token, so that a page may hold it; gone when the session is. */
export function csrfTokenOf({ text }: Pick<SessionToken, "text">): string {
  const secret = new TextEncoder().encode(text);
  const input = new Uint8Array(CSRF_LABEL.length + secret.length);
  input.set(CSRF_LABEL);
  input.set(secret, CSRF_LABEL.length);
  return sm3(input).toBase64({ alphabet: "base64url", omitPadding: true });
}
