import { sm3 } from "../../../../crypto/sm3.ts";

/** What of a browser stays the same during a session and is in every request of it. */
const HINTS = ["user-agent", "sec-ch-ua", "sec-ch-ua-platform", "accept-language"];
const HINT_LENGTH_MAX = 512;
const AGENT_LENGTH_MAX = 200;

/** Not proof of a device: it makes a stolen cookie useless to whoever does not mimic the rest. */
export function deviceHash(headers: Headers): Uint8Array {
  const hints = HINTS.map((name) => (headers.get(name) ?? "").slice(0, HINT_LENGTH_MAX));
  return sm3(new TextEncoder().encode(JSON.stringify(hints)));
}

export function agentOf(headers: Headers): string | null {
  const text = (headers.get("user-agent") ?? "").toWellFormed().replaceAll("\0", " ");
  return text.slice(0, AGENT_LENGTH_MAX) || null;
}
