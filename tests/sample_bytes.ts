/** Any bytes, from a seeded generator. */
export function sampleBytes(random: () => number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

/** A length from 0 to `max`. */
export function sampleLength(random: () => number, max: number): number {
  return Math.floor(random() * (max + 1));
}

/** The same bytes in pieces of any length up to `pieceMax`, empty ones too. */
export function cutAnywhere(
  random: () => number,
  bytes: Uint8Array,
  pieceMax: number,
): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = sampleLength(random, pieceMax);
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}
