import type { Actor } from "../audit/actor.ts";
import type { Terminal } from "./terminal.ts";
import type { TerminalSite } from "./terminal_site.ts";

/** A terminal as the audit trail names it in a call of its own. */
export function terminalActor(
  { terminal, institution }: Pick<TerminalSite, "terminal" | "institution">,
  call: Pick<Actor, "address" | "traceId">,
): Actor {
  return { ...signedActor(terminal), organisationId: institution.id, ...call };
}

/** By what it signed, wherever that came from. */
export function signedActor({ id, number, institutionId }: Terminal): Actor {
  return {
    kind: "terminal",
    id,
    name: number,
    organisationId: institutionId,
    sessionId: null,
    address: null,
    traceId: null,
  };
}
