import type { SmProvider } from "../../crypto/provider.ts";
import {
  bodyContext,
  LINE_HEADERS,
  requestText,
  responseText,
  SEALED_BODY,
} from "../../server/platform/signed_line.ts";
import type { LineSession } from "./line_session.ts";

export interface LineCall {
  readonly method: string;
  /** Path with query. */
  readonly target: string;
  readonly body: Uint8Array;
}

export interface LineAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** One call's number and session. */
interface Numbered {
  readonly session: LineSession;
  readonly sequence: number;
}

/** What goes out: sealed, numbered, with its MAC. */
export async function signCall(
  provider: SmProvider,
  { session, sequence }: Numbered,
  call: LineCall & { readonly time: string },
): Promise<{ readonly headers: Record<string, string>; readonly body: Uint8Array | null }> {
  const { id: sessionId, terminalId } = session;
  const { method, target, time } = call;
  const isEmpty = call.body.length === 0;
  const body = isEmpty
    ? call.body
    : await provider.seal(session.data, call.body, bodyContext("request", { sessionId, sequence }));
  const text = requestText({ terminalId, sessionId, sequence, time, method, target, body });
  const mac = await provider.mac(session.mac, "hmac_sm3", text);
  return {
    headers: {
      [LINE_HEADERS.terminal]: terminalId,
      [LINE_HEADERS.session]: sessionId,
      [LINE_HEADERS.sequence]: String(sequence),
      [LINE_HEADERS.time]: time,
      [LINE_HEADERS.mac]: mac.toHex(),
      ...(isEmpty ? {} : { "content-type": SEALED_BODY }),
    },
    body: isEmpty ? null : body,
  };
}

const MAC_HEX = /^[0-9a-f]{64}$/;

/** The platform's answer to this very call, or null: nobody's word. */
export async function openAnswer(
  provider: SmProvider,
  { session, sequence }: Numbered,
  { status, headers, body }: LineAnswer & { readonly headers: Headers },
): Promise<LineAnswer | null> {
  const sessionId = session.id;
  const mac = headers.get(LINE_HEADERS.mac) ?? "";
  if (!MAC_HEX.test(mac)) return null;
  const text = responseText({ sessionId, sequence, status, body });
  const isTrue = await provider.verifyMac(session.mac, "hmac_sm3", text, Uint8Array.fromHex(mac));
  if (!isTrue) return null;
  if (body.length === 0) return { status, body };
  if (headers.get("content-type") !== SEALED_BODY) return null;
  const context = bodyContext("response", { sessionId, sequence });
  return { status, body: await provider.open(session.data, body, context) };
}
