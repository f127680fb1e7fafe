import { asciiBytes, bytesOfHex, joinBytes } from "./frame.ts";
import type { AskOptions, PadTalk } from "./pad_talk.ts";
import { expectBytes, PadTrouble } from "./pad_trouble.ts";
import { encodeZt598Command } from "./zt598_frame.ts";

/** A command that is text throughout. Throws as `PadTalk.ask` does. */
export async function askZt598(
  talk: PadTalk,
  body: string,
  options: AskOptions = {},
): Promise<Uint8Array> {
  return await talk.ask(encodeZt598Command(asciiBytes(body)), options);
}

/** What follows the head may be a key: its text is wiped, as far as it lies in bytes. */
export async function askZt598WithHex(
  talk: PadTalk,
  { head, data, ...options }: AskOptions & { readonly head: string; readonly data: Uint8Array },
): Promise<Uint8Array> {
  const text = asciiBytes(zt598Hex(data));
  const body = joinBytes(asciiBytes(head), text);
  text.fill(0);
  const frame = encodeZt598Command(body);
  body.fill(0);
  return await talk.ask(frame, options);
}

/** As this make writes numbers, keys and data. */
export function zt598Hex(bytes: Uint8Array): string {
  return bytes.toHex().toUpperCase();
}

/** The bytes of a reply. Throws `PadTrouble` for other text, and for another length. */
export function expectZt598Hex(text: Uint8Array, length: number): Uint8Array {
  const bytes = bytesOfHex(text);
  if (!bytes) throw new PadTrouble("hardware_error");
  return expectBytes(bytes, length);
}
