import { DomainError } from "../../../platform/errors.ts";

/** The line's refusals; contract.ts tells terminals what to do then. */

/** Without a word on whether terminal, session or key exist. */
export function notAuthenticated(): DomainError {
  return new DomainError("line.not_authenticated", "Cannot let the request in: it is not known");
}

export function malformed(what: string): DomainError {
  return new DomainError("line.malformed", `Cannot read the request: ${what}`);
}

export function unavailable(): DomainError {
  return new DomainError("line.unavailable", "Cannot serve terminals: the line has no keys here", {
    retry: "safe",
  });
}

export function tooBusy(): DomainError {
  return new DomainError("line.too_busy", "Cannot take more of these now", { retry: "safe" });
}

export function clockSkew(now: Date): DomainError {
  return new DomainError("line.clock_skew", "Cannot let the request in: the clocks differ", {
    retry: "safe",
    detail: now.toISOString(),
  });
}

export function sessionEnded(): DomainError {
  return new DomainError("line.ended", "Cannot let the request in: the session is over", {
    retry: "safe",
  });
}

export function replayed(): DomainError {
  return new DomainError("line.replayed", "Cannot let the request in: its number was used before");
}

export function keyRevoked(): DomainError {
  return new DomainError("line.key_revoked", "Cannot let the terminal in: its key was revoked", {
    retry: "ask_operator",
  });
}

export function keyBlocked(): DomainError {
  return new DomainError(
    "line.key_blocked",
    "Cannot let the terminal in: its key was seen on two machines",
    { retry: "ask_operator" },
  );
}
