import { DomainError } from "../../../platform/errors.ts";

/** Why a program was not let in; the audit trail keeps it, the program is told less. */
export type ProgramRefusal =
  | "malformed"
  | "unknown_key"
  | "key_broken"
  | "key_ended"
  | "key_expired"
  | "not_a_program"
  | "account_disabled"
  | "account_closed"
  | "account_expired"
  | "account_broken"
  | "wrong_signature"
  | "wrong_token"
  | "token_expired"
  | "clock_skew"
  | "replayed";

/**
 * Without a word on whether account or key exist; only who holds the key hears that a nonce was
 * used. The clock is looked at first of all, and what it says here is no secret.
 */
export function refusalError(why: ProgramRefusal, now: Date): DomainError {
  switch (why) {
    case "clock_skew":
      return new DomainError("access.clock_skew", "Cannot let the request in: the clocks differ", {
        retry: "safe",
        detail: now.toISOString(),
      });
    case "replayed":
      return new DomainError("access.replayed", "Cannot let the request in: its nonce was used");
    default:
      return new DomainError(
        "access.not_authenticated",
        "Cannot let the request in: it is not known",
      );
  }
}
