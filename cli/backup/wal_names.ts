/** Timeline, then the two halves of the segment's number, eight hex digits each. */
export const SEGMENT = /^[0-9A-F]{24}$/;
/** Where a timeline branched off: small, kept for ever. */
export const HISTORY = /^[0-9A-F]{8}\.history$/;

/** The name of the segment in which a position (`0/4000028`) lies. */
export function segmentOf(timeline: number, position: string, segmentBytes: number): string {
  const [high = "", low = ""] = position.split("/");
  const perLog = Math.floor(2 ** 32 / segmentBytes);
  const number = Math.floor(Number.parseInt(low, 16) / segmentBytes);
  return nameOf(timeline, Number.parseInt(high, 16) * perLog + number, segmentBytes);
}

/** Segments in the order they were written; a new timeline goes on where the old one was left. */
export function segmentNumber(name: string, segmentBytes: number): number {
  const perLog = Math.floor(2 ** 32 / segmentBytes);
  return Number.parseInt(name.slice(8, 16), 16) * perLog + Number.parseInt(name.slice(16), 16);
}

export function timelineOf(name: string): number {
  return Number.parseInt(name.slice(0, 8), 16);
}

/**
 * The first segment that is missing between `from` and the last one there; null when none is. A
 * recovery stops at a gap as if it were the end, and everything behind would be lost in silence.
 */
export function firstGap(
  from: string,
  names: readonly string[],
  segmentBytes: number,
): string | null {
  const numbers = new Set(names.map((name) => segmentNumber(name, segmentBytes)));
  const last = Math.max(...numbers, -Infinity);
  for (let number = segmentNumber(from, segmentBytes); number < last; number++) {
    if (!numbers.has(number)) return nameOf(timelineOf(from), number, segmentBytes);
  }
  return null;
}

function nameOf(timeline: number, number: number, segmentBytes: number): string {
  const perLog = Math.floor(2 ** 32 / segmentBytes);
  return [timeline, Math.floor(number / perLog), number % perLog].map(hex8).join("");
}

function hex8(number: number): string {
  return number.toString(16).toUpperCase().padStart(8, "0");
}
