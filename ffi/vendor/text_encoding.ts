import iconv from "iconv-lite";
import type { TextEncodingName } from "./profile.ts";

/**
 * Text up to its NUL, or the whole buffer where none is written. It is decoded whole, before
 * anybody splits it: 118 characters of GBK have `|` (0x7C) as their second byte, 珅 and 億 among
 * them. Bytes that mean nothing become U+FFFD.
 */
export function decodeText(bytes: Uint8Array, encoding: TextEncodingName): string {
  const end = bytes.indexOf(0);
  const text = end < 0 ? bytes : bytes.subarray(0, end);
  switch (encoding) {
    case "gb18030":
      return new TextDecoder("gb18030").decode(text);
    case "utf8":
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(text);
    case "sniff":
      return sniff(text);
  }
}

/** Builds of one library differ in it; text that is valid UTF-8 by chance is hardly ever GBK. */
function sniff(text: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text);
  } catch {
    return new TextDecoder("gb18030").decode(text);
  }
}

/** With its NUL. Where the encoding is sniffed, what goes in is UTF-8. Throws for a NUL within. */
export function encodeText(text: string, encoding: TextEncodingName): Uint8Array {
  if (text.includes("\0")) throw new TypeError("Cannot encode a text: NUL in it, expected none");
  if (encoding !== "gb18030") return new TextEncoder().encode(`${text}\0`);
  return new Uint8Array(iconv.encode(`${text}\0`, "gb18030"));
}
