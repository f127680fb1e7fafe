import type { Bytes } from "./bytes.ts";
import { CryptoError } from "./errors.ts";

/**
 * Which paths a manifest may hold: those that every file system of ours takes as they stand, and
 * that stay different and inside the folder on each of them. Windows and macOS do not tell capital
 * letters from small ones, macOS not two forms of an accent; Windows drops dots and spaces at the
 * end and reads its devices' names as devices in every folder.
 */

const PATH_BYTES_MAX = 1_024;
const SEGMENT_BYTES_MAX = 255;
/** Control, format (bidi, zero width) and line characters: a person could not see what is there. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const RESERVED_CHARACTER = /[\\:<>"|?*]/;
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i;

/** Nothing that hides or turns what stands around it. */
export function isSeen(text: string): boolean {
  return text.isWellFormed() && !UNSEEN.test(text);
}

/** The path's bytes, by which manifests are sorted; throws `invalid_argument`. */
export function pathKey(path: string): Bytes {
  const key = new TextEncoder().encode(path);
  const reason = !isSeen(path)
    ? "has characters that cannot be seen"
    : path.normalize("NFC") !== path
    ? "is not in Unicode's form NFC"
    : key.length > PATH_BYTES_MAX
    ? `has more than ${PATH_BYTES_MAX} bytes`
    : path.split("/").map(segmentProblem).find((problem) => problem !== null);
  if (reason) throw refused(`the path "${path}" ${reason}`);
  return key;
}

function segmentProblem(segment: string): string | null {
  if (segment === "" || segment === "." || segment === "..") return "is not plain and relative";
  if (RESERVED_CHARACTER.test(segment)) return 'has one of \\ : < > " | ? *';
  if (/^ |[ .]$/.test(segment)) return "has a part that begins or ends with a space or dot";
  if (DEVICE.test(segment)) return "has a part that names a device of Windows";
  const { length } = new TextEncoder().encode(segment);
  return length > SEGMENT_BYTES_MAX ? `has a part of more than ${SEGMENT_BYTES_MAX} bytes` : null;
}

/**
 * Throws `invalid_argument` when two paths, or a path and another's folder, are one where letters
 * are not told apart by case, or when one is both file and folder.
 */
export function requireApart(paths: readonly string[]): void {
  const found = new Map<string, { readonly spelling: string; readonly isFile: boolean }>();
  for (const path of paths) {
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
      add(path.slice(0, end), false);
    }
    add(path, true);
  }

  function add(spelling: string, isFile: boolean): void {
    const folded = fold(spelling);
    const other = found.get(folded);
    if (!other) found.set(folded, { spelling, isFile });
    else if (isFile || other.isFile || other.spelling !== spelling) {
      throw refused(`the paths "${other.spelling}" and "${spelling}" are one on some systems`);
    }
  }
}

/** Down before up: ẞ, ß and SS become one, as case folding has it. */
function fold(path: string): string {
  return path.toLowerCase().toUpperCase().normalize("NFC");
}

function refused(why: string): CryptoError {
  return new CryptoError("invalid_argument", `Cannot write the manifest: ${why}`);
}
