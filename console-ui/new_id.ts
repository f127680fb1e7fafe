const VERSION = 0x70;
const VARIANT = 0x80;

/** UUIDv7 (RFC 9562 §5.7): the console names what it makes, so that a repeated request is known. */
export function newId(nowMs: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  bytes[0] = VERSION | ((bytes[0] ?? 0) & 0x0f);
  bytes[2] = VARIANT | ((bytes[2] ?? 0) & 0x3f);
  const random = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const time = nowMs.toString(16).padStart(12, "0");
  return [
    time.slice(0, 8),
    time.slice(8),
    random.slice(0, 4),
    random.slice(4, 8),
    random.slice(8),
  ].join("-");
}
