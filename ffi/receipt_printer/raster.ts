/** A black and white picture, such as a logo. */
interface RasterPicture {
  /**
   * Rows from the top, each in whole bytes; the highest bit of a byte is its leftmost dot, and 1 is
   * black. Bits behind the width are not looked at.
   */
  readonly bits: Uint8Array;
  /** In dots: 384 fill 58 mm paper, 576 fill 80 mm. */
  readonly width: number;
  readonly height: number;
}

/** 112 mm paper, the widest of receipt printers. */
const WIDTH_DOTS_MAX = 832;
const HEIGHT_DOTS_MAX = 4_096;
/** Small printers hold no more in one command. */
const ROWS_MAX = 256;

/**
 * `GS v 0` (ESC/POS command reference, "Print raster bit image"), normal size, in commands of at most
 * 256 rows; the printer puts them together without a gap. Throws a RangeError for a picture that is
 * not what its measures say.
 */
export function rasterImage({ bits, width, height }: RasterPicture): Uint8Array {
  const rowBytes = Math.ceil(width / 8);
  if (!isWithin(width, WIDTH_DOTS_MAX) || !isWithin(height, HEIGHT_DOTS_MAX)) {
    throw new RangeError(
      `Cannot print a picture of ${width} × ${height} dots, expected at most ${WIDTH_DOTS_MAX} × ${HEIGHT_DOTS_MAX}`,
    );
  }
  if (bits.length !== rowBytes * height) {
    throw new RangeError(
      `Cannot print a picture of ${bits.length} bytes, expected ${rowBytes * height}`,
    );
  }
  const commands: number[] = [];
  for (let row = 0; row < height; row += ROWS_MAX) {
    const rows = Math.min(ROWS_MAX, height - row);
    commands.push(0x1d, 0x76, 0x30, 0, rowBytes & 0xff, rowBytes >> 8, rows & 0xff, rows >> 8);
    for (let at = row * rowBytes; at < (row + rows) * rowBytes; at++) {
      commands.push(blankBehind(bits[at] ?? 0, { at: at % rowBytes, width }));
    }
  }
  return Uint8Array.from(commands);
}

/** A byte of a row without the dots behind the picture's width. */
function blankBehind(byte: number, { at, width }: { at: number; width: number }): number {
  const dots = Math.min(8, width - at * 8);
  return byte & 0xff << 8 - dots & 0xff;
}

function isWithin(dots: number, max: number): boolean {
  return Number.isInteger(dots) && dots > 0 && dots <= max;
}
