const TEXT_MAX = 64;

/** A version or serial number as text; what is no text is written in hexadecimal. */
export function readable(bytes: Uint8Array): string {
  const front = bytes.subarray(0, TEXT_MAX);
  const isText = front.every((byte) => byte === 0 || (byte >= 0x20 && byte <= 0x7e));
  if (!isText) return front.toHex().toUpperCase();
  return new TextDecoder().decode(front.filter((byte) => byte !== 0)).trim();
}
