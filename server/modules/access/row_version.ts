import { sm3 } from "../../../crypto/sm3.ts";
import { DomainError } from "../../platform/errors.ts";
import { z } from "zod";

const VERSION_BYTES = 8;

/**
 * What a reader saw of a row, to be sent back with a change: a digest of the fields that can be
 * changed, so that a row needs no column for it and nothing else that happens to it counts.
 */
export function rowVersion(changeable: readonly unknown[]): string {
  return sm3(new TextEncoder().encode(JSON.stringify(changeable))).toHex()
    .slice(0, 2 * VERSION_BYTES);
}

/** In the body of a change; whoever leaves it out writes over what others did meanwhile. */
export const seenVersionField = z.string().regex(/^[0-9a-f]{16}$/).optional();

/** Within the transaction that locked the row. Throws DomainError `access.changed_meanwhile`. */
export function requireVersion(seen: string | undefined, now: string): void {
  if (seen === undefined || seen === now) return;
  throw new DomainError(
    "access.changed_meanwhile",
    "Cannot change it: somebody else did meanwhile, read it anew",
  );
}
