import type { Context, MiddlewareHandler } from "hono";
import { addressOf } from "../../../platform/client_address.ts";
import { DomainError } from "../../../platform/errors.ts";
import { traceIdOf } from "../../../platform/http.ts";
import type { Caller, Rights } from "../caller.ts";
import type { ConsoleEnv } from "../console_routes.ts";
import type { Duty, Permission } from "../permission.ts";
import { sessionTokenOf } from "./cookies.ts";
import { requireOwnPage } from "./csrf.ts";
import { deviceHash } from "./device_hints.ts";
import { actorOfSession, findGoodSession, type FindSessionDeps } from "./find_session.ts";
import type { RightsCache } from "./rights_cache.ts";

/** A program account that showed its key. */
export interface KnownProgram {
  readonly id: string;
  readonly login: string;
  readonly organisationId: string;
  readonly duty: Duty;
  readonly rightsVersion: bigint;
  /** What a token was made for; null for all the account may do. */
  readonly only: ReadonlySet<Permission> | null;
}

/**
 * Of a request with a program's headers: by these first, then by all of it, so that nobody's body is
 * read for a key nobody has. Both throw DomainError `access.not_authenticated`.
 */
export type AuthenticateProgram = (
  first: Request,
  from: { readonly address: string | null; readonly traceId: string },
) => Promise<KnowProgram>;

export type KnowProgram = (whole: Request) => Promise<KnownProgram>;

export interface ConsoleDoorDeps extends FindSessionDeps {
  readonly rights: RightsCache;
  /** Absent where no program may call. */
  readonly authenticateProgram?: AuthenticateProgram;
}

/** To stand before the body is read; the door behind it goes on with what this found. */
export function programHeads(deps: ConsoleDoorDeps): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    if (isProgram(c)) {
      if (!deps.authenticateProgram) throw notSignedIn();
      const from = { address: addressOf(c), traceId: traceIdOf(c) };
      c.set("knowProgram", await deps.authenticateProgram(c.req.raw, from));
    }
    await next();
  };
}

/** Lets in persons with a session that holds and programs that show their key. */
export function consoleDoor(deps: ConsoleDoorDeps): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    c.set("clock", deps.clock);
    c.set("caller", await (isProgram(c) ? programCaller(deps, c) : personCaller(deps, c)));
    await next();
  };
}

/** Signed, or with a token it got for a signed request. */
function isProgram(c: Context): boolean {
  return c.req.header("x-program-key") !== undefined ||
    c.req.header("authorization") !== undefined;
}

async function personCaller(deps: ConsoleDoorDeps, c: Context): Promise<Caller> {
  const token = sessionTokenOf(c);
  if (!token) throw notSignedIn();
  const from = { address: addressOf(c), traceId: traceIdOf(c) };
  const visit = { token, deviceHash: deviceHash(c.req.raw.headers), ...from };
  const session = await findGoodSession(deps, visit);
  if (!session) throw notSignedIn();
  requireOwnPage(c, token);
  const account = { id: session.account_id, rightsVersion: session.account_rights_version };
  return {
    actor: actorOfSession(session, from),
    accountId: session.account_id,
    kind: "person",
    duty: session.duty,
    sessionId: session.id,
    confirmedAt: session.confirmed_at,
    rights: await deps.rights.get(account, from.address),
  };
}

async function programCaller(deps: ConsoleDoorDeps, c: Context<ConsoleEnv>): Promise<Caller> {
  const knowProgram = c.get("knowProgram");
  if (!knowProgram) throw notSignedIn();
  const from = { address: addressOf(c), traceId: traceIdOf(c) };
  const program = await knowProgram(c.req.raw);
  return {
    actor: {
      kind: "program",
      id: program.id,
      name: program.login,
      organisationId: program.organisationId,
      sessionId: null,
      ...from,
    },
    accountId: program.id,
    kind: "program",
    duty: program.duty,
    sessionId: null,
    confirmedAt: null,
    rights: narrowed(await deps.rights.get(program, from.address), program.only),
  };
}

function narrowed(rights: Rights, only: ReadonlySet<Permission> | null): Rights {
  return only ? new Map([...rights].filter(([permission]) => only.has(permission))) : rights;
}

function notSignedIn(): DomainError {
  return new DomainError("access.not_authenticated", "Cannot let the caller in: sign in first");
}
