import parse from "spdx-expression-parse";
import type { LockedPackage } from "../../server/modules/compliance/evidence/locked_packages.ts";

/** What may be in a program that is sold: the licences ask for their text, and that is shipped. */
const SHIPPED = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  // Of pictures in `@rsuite/icon-font`: names its author, as the text of its licence does.
  "CC-BY-4.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  // A font's: free to embed, not to be sold by itself.
  "OFL-1.1",
  "Unlicense",
]);

/** Besides, of what stays on the machine that builds and tests. */
const NOT_SHIPPED = new Set([...SHIPPED, "CC-BY-3.0", "MPL-2.0"]);

/**
 * Every package whose licence is not allowed, or not known though it is shipped, in one line each.
 * Of what is not shipped an unknown licence is that of a package for another system.
 */
export function refusedLicences(
  packages: readonly LockedPackage[],
  shipped: ReadonlySet<string>,
): string[] {
  return packages.flatMap(({ id, licence }) => {
    const isShipped = shipped.has(id);
    if (licence === null) return isShipped ? [`${id}: no licence stated`] : [];
    const allowed = isShipped ? SHIPPED : NOT_SHIPPED;
    return isAllowed(licence.expression, allowed) ? [] : [`${id}: ${licence.expression}`];
  });
}

/** Of alternatives one is enough, of a combination every part counts. */
export function isAllowed(expression: string, allowed: ReadonlySet<string>): boolean {
  try {
    return holds(parse(expression), allowed);
  } catch {
    // "SEE LICENSE IN …", "UNLICENSED": nobody has read it.
    return false;
  }
}

function holds(info: parse.Info, allowed: ReadonlySet<string>): boolean {
  if ("conjunction" in info) {
    const left = holds(info.left, allowed);
    const right = holds(info.right, allowed);
    return info.conjunction === "or" ? left || right : left && right;
  }
  // "GPL-2.0+" and exceptions are licences of their own, and on no list here.
  return allowed.has(info.license) && info.plus !== true && !("exception" in info);
}
