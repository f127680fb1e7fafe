import type { Actor } from "../audit/actor.ts";
import type { TerminalSite } from "./terminal_site.ts";

/** A terminal as the audit trail names it in a call of its own. */
export function terminalActor(
  { terminal, institution }: Pick<TerminalSite, "terminal" | "institution">,
  call: Pick<Actor, "address" | "traceId">,
): Actor {
  return {
    kind: "terminal",
    id: terminal.id,
    name: terminal.number,
    organisationId: institution.id,
    sessionId: null,
    ...call,
  };
}
