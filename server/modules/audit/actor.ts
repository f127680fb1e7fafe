/** Who did something, as the audit trail keeps it (GB/T 22239-2019 8.1.4.3 b). */
export interface Actor {
  readonly kind: "user" | "program" | "terminal" | "system" | "shell" | "nobody";
  /** The account's or terminal's; null for a job, a shell and whoever is not known. */
  readonly id: string | null;
  /** Login, terminal number, name of the job or of the shell's user; at most NAME_LENGTH_MAX. */
  readonly name: string;
  /** Where the actor belongs. */
  readonly organisationId: string | null;
  readonly sessionId: string | null;
  /** Network address the request came from. */
  readonly address: string | null;
  readonly traceId: string | null;
}

/** A job of the platform itself. */
export function systemActor(name: string): Actor {
  return { ...NOTHING_KNOWN, kind: "system", name };
}

/** Somebody on the server's shell, by the name given there. */
export function shellActor(name: string): Actor {
  return { ...NOTHING_KNOWN, kind: "shell", name };
}

/** Before anybody is known: a refused sign-in, a notice with a wrong signature. */
export function unknownActor(from: Pick<Actor, "name" | "address" | "traceId">): Actor {
  return { ...NOTHING_KNOWN, kind: "nobody", ...from };
}

const NOTHING_KNOWN = {
  id: null,
  organisationId: null,
  sessionId: null,
  address: null,
  traceId: null,
} as const;
