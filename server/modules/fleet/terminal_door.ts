import type { MiddlewareHandler } from "hono";
import { traceIdOf } from "../../platform/http.ts";
import { LINE_HEADERS } from "../../platform/signed_line.ts";
import type { Actor } from "../audit/actor.ts";
import type { AuthenticateTerminal } from "./authenticate_terminal.ts";
import { terminalActor } from "./terminal_actor.ts";
import type { TerminalSite, TerminalSites } from "./terminal_site.ts";

/** Who calls, as the door found out. */
export interface TerminalCaller {
  readonly terminalId: string;
  /** Whose numbers its events count in: the enrolled key, as a new disk begins anew. */
  readonly journalId: string;
}

/** What every route behind the terminals' door finds. */
export interface TerminalEnv {
  Variables: {
    site: TerminalSite;
    caller: TerminalCaller;
    actor: Actor;
    traceId: string;
    /** Network address of the terminal, where the server knows it. */
    address?: string | null;
  };
}

/** Lets in only terminals that authenticate; every terminal call passes here. */
export function terminalDoor(deps: {
  readonly authenticate: AuthenticateTerminal;
  /** Of signed lines; null where the platform has no keys for them. */
  readonly line: MiddlewareHandler<TerminalEnv> | null;
}): MiddlewareHandler<TerminalEnv> {
  return async (c, next) => {
    if (deps.line && c.req.header(LINE_HEADERS.session) !== undefined) {
      return await deps.line(c, next);
    }
    const { id } = await deps.authenticate(c.req.raw.headers);
    c.set("caller", { terminalId: id, journalId: id });
    await next();
  };
}

/** Where the caller stands and what is set there, for all but the pulse. */
export function siteDoor(sites: TerminalSites): MiddlewareHandler<TerminalEnv> {
  return async (c, next) => {
    const site = await sites.get(c.get("caller").terminalId);
    c.set("site", site);
    const address = c.get("address") ?? null;
    c.set("actor", terminalActor(site, { address, traceId: traceIdOf(c) }));
    await next();
  };
}
