const DLE = 0x10;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;

/**
 * Cuts a slip between its commands, never inside of one: a status request in the middle of a picture
 * would be printed as a part of it (ESC/POS command reference, DLE EOT, "Notes"). A single command
 * longer than `pieceBytes` is a piece of its own.
 */
export function* piecesOf(bytes: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const end = Math.min(bytes.length, at + commandLength(bytes.subarray(at)));
    if (end - start > pieceBytes && at > start) {
      yield bytes.subarray(start, at);
      start = at;
    }
    at = end;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}

/** Of the command that begins here; what we do not know is taken for one byte and a parameter. */
function commandLength(bytes: Uint8Array): number {
  const [lead = 0, next = 0] = bytes;
  switch (lead) {
    case DLE:
      return 3;
    case ESC:
      return escapeLength(bytes);
    case FS:
      return next === 0x26 || next === 0x2e ? 2 : 3;
    case GS:
      return groupLength(bytes);
    default:
      // A Chinese character is two bytes; some printers write four, as two pairs.
      return lead < 0x80 ? 1 : 2;
  }
}

function escapeLength(bytes: Uint8Array): number {
  switch (bytes[1]) {
    case 0x32: // line spacing to default
    case 0x40: // initialize
      return 2;
    case 0x24: // absolute position
    case 0x5c: // relative position
      return 4;
    case 0x2a: { // bit image: one byte or three a column
      const columnBytes = (bytes[2] ?? 0) < 32 ? 1 : 3;
      return 5 + columnBytes * word(bytes, 3);
    }
    default:
      return 3;
  }
}

function groupLength(bytes: Uint8Array): number {
  const [, next, value = 0] = bytes;
  switch (next) {
    case 0x28: // functions with a length, QR codes among them
      return 5 + word(bytes, 3);
    case 0x4c: // left margin
    case 0x57: // width of the printing area
      return 4;
    case 0x56: // cut, at once or after a feed
      return value === 0x41 || value === 0x42 ? 4 : 3;
    case 0x76: // raster image
      return 8 + word(bytes, 4) * word(bytes, 6);
    case 0x6b: // bar code: up to NUL, or with a length
      return value > 6 ? 4 + (bytes[3] ?? 0) : bytes.indexOf(0, 3) + 1 || bytes.length;
    default:
      return 3;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | (bytes[at + 1] ?? 0) << 8;
}
