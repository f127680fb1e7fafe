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
