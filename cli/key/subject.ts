import type { DistinguishedName } from "../../crypto/certificates.ts";
import { UsageError } from "../command.ts";

const TYPES = [
  "C",
  "ST",
  "L",
  "street",
  "O",
  "OU",
  "CN",
  "serialNumber",
  "emailAddress",
  "DC",
  "UID",
];

/** "C=CN,O=…,CN=…" in the order it is to stand in, or openssl's "/C=CN/O=…/CN=…". */
export function readSubject(text: string): DistinguishedName {
  const isSlashed = text.startsWith("/");
  const parts = splitUnescaped(isSlashed ? text.slice(1) : text, isSlashed ? "/" : ",");
  return parts.map((part) => {
    const at = part.indexOf("=");
    const name = part.slice(0, Math.max(0, at)).trim();
    const type = TYPES.find((known) => known.toLowerCase() === name.toLowerCase());
    const value = part.slice(at + 1).trim();
    if (type && value !== "") return { type, value };
    throw new UsageError(
      `--subject 中的 "${part}" 无效：应为 <名称>=<值>，名称是 ${TYPES.join("、")} 之一`,
    );
  });
}

/** A separator behind a backslash is part of the value. */
function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (const [token] of text.matchAll(/\\.|./gsu)) {
    if (token !== separator) {
      part += token.length > 1 && token.startsWith("\\") ? token.slice(1) : token;
      continue;
    }
    parts.push(part);
    part = "";
  }
  return [...parts, part];
}
