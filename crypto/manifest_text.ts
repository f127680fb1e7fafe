import { type Bytes, equalBytes } from "./bytes.ts";
import { CryptoError } from "./errors.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { isSeen, pathKey, requireApart } from "./manifest_paths.ts";

/**
 * The one text of a manifest, UTF-8, every line ended by a line feed:
 *
 *     yikatong-manifest 1
 *     <name> <value>             meta, sorted by name
 *     files <count>
 *     <sm3 in hex> <size> <path> sorted by the bytes of the path
 *
 * Reading takes what writing gives and nothing else.
 */

const FIRST_LINE = "yikatong-manifest 1";
const FILES_MAX = 100_000;
const META_MAX = 32;
const VALUE_CHARACTERS_MAX = 1_024;
const TEXT_BYTES_MAX = 1 << 25;
const DIGEST_BYTES = 32;
const NAME = /^[a-z][a-z0-9_]{0,63}$/;
/** Named like the line that ends the list of meta. */
const RESERVED = "files";
const FILE_LINE = /^([0-9a-f]{64}) (0|[1-9]\d{0,15}) (.+)$/s;
const META_LINE = /^([a-z0-9_]+) (.*)$/s;
const COUNT_LINE = /^files (0|[1-9]\d{0,5})$/;

/**
 * The text of a manifest, ready to be signed. The files may come in any order. Throws
 * `invalid_argument` for a path that is absolute, leads upwards, stands twice or is not the same on
 * every system (`manifest_paths.ts`), `wrong_length` for a digest that is not 32 bytes, `too_large`.
 */
export function createManifest(
  files: readonly ManifestFile[],
  meta: Readonly<Record<string, string>>,
): Bytes {
  const lines = [FIRST_LINE, ...metaLines(meta), `files ${files.length}`];
  if (files.length > FILES_MAX) throw tooLarge(`${files.length} files`, `${FILES_MAX}`);
  const sorted = files.map((file) => ({ file, key: pathKey(file.path) }))
    .sort((left, right) => compareBytes(left.key, right.key));
  sorted.forEach(({ file, key }, index) => {
    const before = sorted[index - 1];
    if (before && equalBytes(before.key, key)) {
      throw refused(`the path "${file.path}" stands twice`);
    }
    lines.push(fileLine(file));
  });
  requireApart(sorted.map(({ file }) => file.path));
  const text = new TextEncoder().encode(`${lines.join("\n")}\n`);
  if (text.length > TEXT_BYTES_MAX) throw tooLarge(`${text.length} bytes`, `${TEXT_BYTES_MAX}`);
  return text;
}

/** Throws `bad_encoding` for everything that `createManifest` would not write. */
export function readManifest(text: Uint8Array): Manifest {
  if (text.length > TEXT_BYTES_MAX) throw tooLarge(`${text.length} bytes`, `${TEXT_BYTES_MAX}`);
  const manifest = readLines(splitLines(text));
  if (!equalBytes(createAgain(manifest), text)) throw unreadable("the one canonical form");
  return manifest;
}

function createAgain({ files, meta }: Manifest): Bytes {
  try {
    return createManifest(files, meta);
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    throw new CryptoError("bad_encoding", thrown.message, { cause: thrown });
  }
}

function splitLines(text: Uint8Array): string[] {
  let decoded: string;
  try {
    decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text);
  } catch {
    throw unreadable("UTF-8");
  }
  const lines = decoded.split("\n");
  if (lines.pop() !== "") throw unreadable("a line feed at the end");
  return lines;
}

function readLines(lines: readonly string[]): Manifest {
  if (lines[0] !== FIRST_LINE) throw unreadable(`"${FIRST_LINE}" as the first line`);
  const countAt = lines.findIndex((line, index) => index > 0 && COUNT_LINE.test(line));
  if (countAt < 0 || countAt > META_MAX + 1) throw unreadable('a line "files <count>"');
  const fileLines = lines.slice(countAt + 1);
  if (lines[countAt] !== `files ${fileLines.length}`) {
    throw unreadable("as many files as it counts");
  }
  const meta = lines.slice(1, countAt).map((line): [string, string] => {
    const [, name, value] = META_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw unreadable('"<name> <value>"');
    return [name, value];
  });
  return { files: fileLines.map(readFileLine), meta: Object.fromEntries(meta) };
}

function readFileLine(line: string): ManifestFile {
  const [, hex, size, path] = FILE_LINE.exec(line) ?? [];
  if (hex === undefined || size === undefined || path === undefined) {
    throw unreadable('"<sm3> <size> <path>"');
  }
  return { path, sm3: Uint8Array.fromHex(hex), size: Number(size) };
}

function metaLines(meta: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(meta).sort();
  if (names.length > META_MAX) throw tooLarge(`${names.length} names`, `${META_MAX}`);
  return names.map((name) => {
    const value = meta[name] ?? "";
    if (!NAME.test(name) || name === RESERVED) throw refused(`the name "${name}"`);
    if (
      value === "" || value.length > VALUE_CHARACTERS_MAX || !isSeen(value)
    ) throw refused(`the value of "${name}" is not one line of at most 1,024 characters`);
    return `${name} ${value}`;
  });
}

function fileLine({ path, sm3, size }: ManifestFile): string {
  if (sm3.length !== DIGEST_BYTES) {
    throw new CryptoError(
      "wrong_length",
      `Cannot use a digest of ${sm3.length} bytes: expected ${DIGEST_BYTES}`,
    );
  }
  if (!Number.isSafeInteger(size) || size < 0) throw refused(`the size ${size} of "${path}"`);
  return `${sm3.toHex()} ${size} ${path}`;
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function refused(why: string): CryptoError {
  return new CryptoError("invalid_argument", `Cannot write the manifest: ${why}`);
}

function unreadable(expected: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read the manifest: expected ${expected}`);
}

function tooLarge(what: string, most: string): CryptoError {
  return new CryptoError("too_large", `Cannot use a manifest of ${what}: expected at most ${most}`);
}
