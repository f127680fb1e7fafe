import { StartError } from "../command.ts";
import { openInput, readSmall } from "../files/input.ts";

export interface ListedDigest {
  readonly path: string;
  /** Null where the list does not say. */
  readonly kind: "digest" | "hmac" | null;
  /** 64 hex digits, small. */
  readonly sm3: string;
}

const LIST_BYTES_MAX = 1 << 25;
/** As coreutils writes them: a backslash in front says that the name is escaped. */
const PLAIN = /^(\\?)([0-9a-fA-F]{64}) [ *](.+)$/s;
/** As openssl (SM3(name)= …, HMAC-SM3(name)= …) and the BSD tools (SM3 (name) = …) do. */
const TAGGED = /^(HMAC-)?SM3 ?\((.+)\) ?= ([0-9a-fA-F]{64})$/s;

/** A line of `sm3sum`: a name with a line feed or a backslash is escaped. */
export function formatDigestLine(sm3: string, path: string): string {
  const escaped = path.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `${escaped === path ? "" : "\\"}${sm3}  ${escaped}`;
}

/** Every line must be one: a list that is half read checks half the files. */
export async function readDigestList(path: string): Promise<readonly ListedDigest[]> {
  using input = await openInput(path);
  const text = new TextDecoder().decode(await readSmall(input, LIST_BYTES_MAX));
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  if (lines.length === 0) throw new StartError(`清单 "${path}" 是空的`);
  return lines.map((line, index) => {
    const listed = readLine(line);
    if (listed) return listed;
    throw new StartError(
      `清单 "${path}" 第 ${index + 1} 行不是摘要：应为 "<64 位十六进制>  <文件>"`,
    );
  });
}

function readLine(line: string): ListedDigest | null {
  const [, escape, digest, name] = PLAIN.exec(line) ?? [];
  if (digest !== undefined && name !== undefined) {
    return { sm3: digest.toLowerCase(), path: escape ? unescape(name) : name, kind: null };
  }
  const [, hmac, taggedName, taggedDigest] = TAGGED.exec(line) ?? [];
  if (taggedName === undefined || taggedDigest === undefined) return null;
  return {
    sm3: taggedDigest.toLowerCase(),
    path: taggedName,
    kind: hmac === undefined ? "digest" : "hmac",
  };
}

function unescape(name: string): string {
  const plain: Readonly<Record<string, string>> = { n: "\n", r: "\r" };
  return name.replace(/\\(.)/g, (_, letter: string) => plain[letter] ?? letter);
}
