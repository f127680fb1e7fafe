const CHARACTERS_MAX = 64;

/** Serial numbers and versions are ASCII; what else a reader puts around them is dropped. */
export function readableText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.filter((byte) => byte >= 0x20 && byte < 0x7f))
    .trim().slice(0, CHARACTERS_MAX);
}
