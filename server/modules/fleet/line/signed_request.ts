import { isId } from "../../../platform/ids.ts";
import { LINE_HEADERS, type LineRequest } from "../../../platform/signed_line.ts";
import { malformed } from "./refusals.ts";

export interface SignedRequest extends LineRequest {
  /** 32 bytes. */
  readonly mac: Uint8Array;
  /** `time`, read. */
  readonly at: Date;
}

const SEQUENCE = /^[1-9]\d{0,14}$/;
const MAC = /^[0-9a-f]{64}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;

/** Reads what a terminal signed, body and all; throws `line.malformed`. */
export async function readSignedRequest(request: Request): Promise<SignedRequest> {
  const field = (name: keyof typeof LINE_HEADERS) => request.headers.get(LINE_HEADERS[name]) ?? "";
  const [terminalId, sessionId] = [field("terminal"), field("session")];
  const [sequence, time, mac] = [field("sequence"), field("time"), field("mac")];
  const at = new Date(TIME.test(time) ? time : NaN);
  const isWhole = isId(terminalId) && isId(sessionId) && SEQUENCE.test(sequence) &&
    MAC.test(mac) && !Number.isNaN(at.getTime());
  if (!isWhole) throw malformed("expected the headers of a signed line");
  const url = new URL(request.url);
  return {
    terminalId,
    sessionId,
    sequence: Number(sequence),
    time,
    at,
    method: request.method,
    target: `${url.pathname}${url.search}`,
    body: new Uint8Array(await request.arrayBuffer()),
    mac: Uint8Array.fromHex(mac),
  };
}
