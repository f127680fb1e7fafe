/** UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random bits. Made by the caller. */

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** How far ahead of the platform's clock an id made elsewhere may lie, and how far behind. */
const ID_AHEAD_MS_MAX = 5 * 60_000;
const ID_AGE_MS_MAX = 24 * 3_600_000;
/** The year 10000, which neither PostgreSQL nor RFC 3339 reads in our form, as an id begins. */
const TIME_END = "e677d21f-dc00";

export function newId(at: Date): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(at.getTime()) << 16n);
  const random = crypto.getRandomValues(new Uint8Array(2));
  bytes[6] = 0x70 | ((random[0] ?? 0) & 0x0f);
  bytes[7] = random[1] ?? 0;
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toHex();
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

/** Hex digits of the last 64 bits: variant 10, then 62 random bits. */
const TAIL_END = 0xc000_0000_0000_0000n;

/**
 * As `newId`, but above `last` when both are of one millisecond (RFC 9562 §6.2, method 2), so that
 * what one process wrote stays in its order.
 */
export function newIdAfter(last: string, at: Date): string {
  const id = newId(at);
  if (id > last || id.slice(0, 13) !== last.slice(0, 13)) return id;
  const [step = 0] = crypto.getRandomValues(new Uint32Array(1));
  const tail = BigInt(`0x${last.slice(19).replace("-", "")}`) + 1n + BigInt(step);
  if (tail >= TAIL_END) return id;
  const hex = tail.toString(16);
  return `${last.slice(0, 19)}${hex.slice(0, 4)}-${hex.slice(4)}`;
}

export function isId(text: string): boolean {
  return UUID_V7.test(text) && text < TIME_END;
}

/** The instant inside an id: the partition column of every growing table is derived from it. */
export function timeOfId(id: string): Date {
  if (!isId(id)) throw new RangeError(`Cannot read the time of "${id}": expected a UUIDv7`);
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

/** May a new row take this id? Older and later ones may have no partition to live in. */
export function isTimely(id: string, now: Date): boolean {
  const aheadMs = timeOfId(id).getTime() - now.getTime();
  return aheadMs <= ID_AHEAD_MS_MAX && aheadMs >= -ID_AGE_MS_MAX;
}
