import type { Bytes } from "./bytes.ts";
import { CryptoError } from "./errors.ts";

/** The textual encoding of RFC 7468: base64 between a line that begins and a line that ends it. */
interface PemBlock {
  /** "CERTIFICATE" */
  readonly label: string;
  readonly der: Bytes;
}

const TEXT_CHARACTERS_MAX = 1 << 20;
const LINE_CHARACTERS = 64;

/** Lines of 64 characters and a newline behind the last (RFC 7468 §2). */
export function writePem(label: string, der: Uint8Array): string {
  const lines = der.toBase64().match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g")) ?? [];
  return `${[`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join("\n")}\n`;
}

/**
 * The one block with one of `labels`. Text around it and blocks of other labels are passed over, as
 * `openssl` puts curve parameters and descriptions there. Throws `bad_encoding` when there is none
 * or more than one, `too_large` over 1 MiB, `not_supported` for the headers of the old encrypted
 * keys (RFC 1421), whose key is one pass of MD5.
 */
export function readPem(text: string, labels: readonly string[]): PemBlock {
  if (text.length > TEXT_CHARACTERS_MAX) {
    throw new CryptoError(
      "too_large",
      `Cannot read PEM of ${text.length} characters: expected at most ${TEXT_CHARACTERS_MAX}`,
    );
  }
  const found = splitBlocks(text).filter(({ label }) => labels.includes(label));
  const [block] = found;
  if (block && found.length === 1) return { label: block.label, der: decode(block.lines) };
  const wanted = labels.map((label) => `"${label}"`).join(" or ");
  throw refused(`with ${found.length} blocks ${wanted}`, "exactly one");
}

interface TextBlock {
  readonly label: string;
  readonly lines: readonly string[];
}

function splitBlocks(text: string): TextBlock[] {
  const blocks: TextBlock[] = [];
  let open: { label: string; lines: string[] } | null = null;
  for (const line of text.split("\n").map((raw) => raw.trimEnd())) {
    const begun = boundaryLabel(line, "BEGIN");
    const ended = boundaryLabel(line, "END");
    if (open === null) {
      if (ended !== null) throw refused("with an end before its begin", "begin and end in order");
      if (begun !== null) open = { label: begun, lines: [] };
    } else if (ended === open.label) {
      blocks.push(open);
      open = null;
    } else if (begun !== null || ended !== null) {
      throw refused("with a block inside a block", `the end of "${open.label}"`);
    } else open.lines.push(line);
  }
  if (open !== null) throw refused("that is cut short", `the end of "${open.label}"`);
  return blocks;
}

function boundaryLabel(line: string, word: "BEGIN" | "END"): string | null {
  const start = `-----${word} `;
  if (!line.startsWith(start) || !line.endsWith("-----")) return null;
  const label = line.slice(start.length, -"-----".length);
  return /^[A-Z0-9 ]{1,40}$/.test(label) ? label : null;
}

function decode(lines: readonly string[]): Bytes {
  if (lines.some((line) => line.includes(":"))) {
    throw new CryptoError(
      "not_supported",
      "Cannot read PEM with headers: expected PKCS#8 (openssl pkcs8 -topk8)",
    );
  }
  const base64 = lines.join("");
  // Not left to the decoder, which would pass over white space inside a line.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw refused("with foreign characters", "base64 alone");
  }
  try {
    return Uint8Array.fromBase64(base64, { lastChunkHandling: "strict" });
  } catch {
    throw refused("of broken base64", "groups of four characters");
  }
}

function refused(what: string, expected: string): CryptoError {
  return new CryptoError("bad_encoding", `Cannot read PEM ${what}: expected ${expected}`);
}
