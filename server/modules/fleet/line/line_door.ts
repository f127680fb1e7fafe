import type { Context, MiddlewareHandler } from "hono";
import { CryptoError } from "../../../../crypto/errors.ts";
import { errorAnswers } from "../../../platform/http.ts";
import {
  bodyContext,
  LINE_HEADERS,
  requestText,
  responseText,
  SEALED_BODY,
} from "../../../platform/signed_line.ts";
import type { TerminalEnv } from "../terminal_door.ts";
import { admit, type AdmitDeps } from "./admit.ts";
import type { CachedSession } from "./line_sessions.ts";
import { malformed, notAuthenticated } from "./refusals.ts";
import { readSignedRequest, type SignedRequest } from "./signed_request.ts";

/**
 * Lets in what an open session authenticates, opens its body for the routes, and seals and
 * authenticates whatever answer comes back, problems too.
 */
export function lineDoor(
  deps: AdmitDeps,
  options: { readonly mayBeStale: boolean },
): MiddlewareHandler<TerminalEnv> {
  const { provider } = deps.keys;
  return async (c, next) => {
    const request = await readSignedRequest(c.req.raw);
    const answered = await deps.sessions.use(request.sessionId, async (session) => {
      const isOurs = session.facts.terminal_id === request.terminalId &&
        await provider.verifyMac(
          session.macKey,
          "hmac_sm3",
          requestText(request),
          request.mac,
        );
      if (!isOurs) return false;
      try {
        await admit(deps, { session, request, ...options });
        await unsealRequest(deps, c, { session, request });
        const { terminal_id, terminal_key_id } = session.facts;
        c.set("caller", { terminalId: terminal_id, journalId: terminal_key_id });
        await next();
      } catch (thrown) {
        if (!(thrown instanceof Error)) throw thrown;
        answer(c, await errorAnswers(deps.log)(thrown, c));
      }
      await sealAnswer(deps, c, { session, request });
      return true;
    });
    if (answered !== true) throw notAuthenticated();
  };
}

interface Exchange {
  readonly session: CachedSession;
  readonly request: SignedRequest;
}

async function unsealRequest(
  { keys: { provider } }: AdmitDeps,
  c: Context<TerminalEnv>,
  { session, request }: Exchange,
): Promise<void> {
  const { raw } = c.req;
  if (request.body.length === 0) return;
  if (raw.headers.get("content-type") !== SEALED_BODY) throw malformed("expected a sealed body");
  const headers = new Headers(raw.headers);
  headers.set("content-type", "application/json");
  headers.delete("content-length");
  const body = await opened(() =>
    provider.open(session.dataKey, request.body, bodyContext("request", request))
  );
  c.req.raw = new Request(raw.url, {
    method: raw.method,
    headers,
    signal: raw.signal,
    ...(raw.method !== "GET" && raw.method !== "HEAD" && { body: new Uint8Array(body) }),
  });
}

async function opened(open: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await open();
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    throw malformed("expected a body sealed for this request");
  }
}

async function sealAnswer(
  { keys: { provider } }: AdmitDeps,
  c: Context<TerminalEnv>,
  { session, request }: Exchange,
): Promise<void> {
  const { sessionId, sequence } = request;
  const { status, headers } = c.res;
  const plain = new Uint8Array(await c.res.arrayBuffer());
  const body = plain.length === 0
    ? plain
    : await provider.seal(session.dataKey, plain, bodyContext("response", request));
  const text = responseText({ sessionId, sequence, status, body });
  const mac = await provider.mac(session.macKey, "hmac_sm3", text);
  const sealed = new Headers(headers);
  sealed.delete("content-length");
  if (body.length > 0) sealed.set("content-type", SEALED_BODY);
  sealed.set(LINE_HEADERS.mac, mac.toHex());
  const content = body.length > 0 ? new Uint8Array(body) : null;
  answer(c, new Response(content, { status, headers: sealed }));
}

/** Hono would otherwise put the headers of the answer before on top. */
function answer(c: Context<TerminalEnv>, response: Response): void {
  c.res = undefined;
  c.res = response;
}
