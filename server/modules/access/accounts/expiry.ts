import { DomainError } from "../../../platform/errors.ts";

/** Throws DomainError `access.malformed` for an end that is over. */
export function requireFuture(expiresAt: string | null, now: Date): void {
  if (expiresAt === null || new Date(expiresAt) > now) return;
  throw new DomainError(
    "access.malformed",
    `Cannot use expiry "${expiresAt}": expected a time to come`,
    { detail: "expiresAt" },
  );
}
