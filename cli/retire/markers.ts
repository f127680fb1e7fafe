/** Pieces of what lay on the disk: whoever finds one later finds what should be gone. */
export interface MarkerSearch {
  readonly count: number;
  isIn(bytes: Uint8Array): boolean;
}

const MARKER_BYTES_MIN = 12;
const MARKERS_MAX = 64;

/** Short ones would be found in anything. */
export function searchFor(texts: readonly string[]): MarkerSearch {
  const encoder = new TextEncoder();
  const markers = [...new Set(texts)].map((text) => encoder.encode(text))
    .filter(({ length }) => length >= MARKER_BYTES_MIN).slice(0, MARKERS_MAX);
  return {
    count: markers.length,
    isIn: (bytes) => markers.some((marker) => indexOf(bytes, marker) >= 0),
  };
}

function indexOf(bytes: Uint8Array, marker: Uint8Array): number {
  const [first = 0] = marker;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (marker.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  return -1;
}
