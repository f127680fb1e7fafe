import { createHash, timingSafeEqual } from "node:crypto";
import type { Kysely } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import { isId } from "../../platform/ids.ts";
import { findTerminalById } from "./store.ts";
import type { FleetTables } from "./tables.ts";
import type { Terminal } from "./terminal.ts";

/** How a call that is not on a signed line gets in; throws DomainError `fleet.not_authenticated`. */
export type AuthenticateTerminal = (headers: Headers) => Promise<Terminal>;

/**
 * Takes one shared token for every terminal. Only under `--insecure-development`: enrolment and
 * signed sessions replace it.
 */
export function developmentTerminals(deps: {
  readonly db: Kysely<FleetTables>;
  readonly token: string;
}): AuthenticateTerminal {
  return async (headers) => {
    const id = headers.get("x-terminal-id") ?? "";
    const given = /^Bearer (\S+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? "";
    if (!sameText(given, deps.token) || !isId(id)) throw notAuthenticated();
    const terminal = await findTerminalById(deps.db, id);
    if (!terminal || terminal.state === "retired") throw notAuthenticated();
    return terminal;
  };
}

/** Where no way to authenticate is configured, nobody gets in. */
export const REFUSE_TERMINALS: AuthenticateTerminal = (): Promise<never> =>
  Promise.reject(notAuthenticated());

function notAuthenticated(): DomainError {
  return new DomainError("fleet.not_authenticated", "Cannot let the terminal in: it is not known");
}

function sameText(left: string, right: string): boolean {
  const digests = [left, right].map((text) => createHash("sha256").update(text).digest());
  const [a, b] = digests;
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
