import type { MiddlewareHandler } from "hono";
import type { AuthenticateTerminal } from "./authenticate_terminal.ts";
import type { TerminalSite, TerminalSites } from "./terminal_site.ts";

/** What every route behind the terminals' door finds. */
export interface TerminalEnv {
  Variables: { site: TerminalSite; traceId: string };
}

/** Lets in only terminals that authenticate; every terminal call passes here. */
export function terminalDoor(deps: {
  readonly authenticate: AuthenticateTerminal;
  readonly sites: TerminalSites;
}): MiddlewareHandler<TerminalEnv> {
  return async (c, next) => {
    const terminal = await deps.authenticate(c.req.raw.headers);
    c.set("site", await deps.sites.get(terminal.id));
    await next();
  };
}
