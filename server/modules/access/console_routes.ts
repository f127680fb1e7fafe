import type { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import type { Clock } from "../../platform/clock.ts";
import { DomainError, invariant } from "../../platform/errors.ts";
import { type Caller, requireScope, requireWholeCity } from "./caller.ts";
import type { Permission } from "./permission.ts";
import type { KnowProgram } from "./sign_in/console_door.ts";

/** What every route behind the console's door finds. */
export interface ConsoleEnv {
  Variables: {
    caller: Caller;
    clock: Clock;
    traceId: string;
    /** Of a program's request whose headers were good. */
    knowProgram?: KnowProgram;
  };
}

/** So long after password and second factor were shown dangerous actions go through. */
export const CONFIRMED_MS_MAX = 5 * 60_000;

/** A route that takes a permission, as its declaration spreads it in. */
export interface Needs {
  readonly "x-permission": Permission;
  readonly middleware: [MiddlewareHandler<ConsoleEnv>];
}

/** For routes everybody who signed in may call, because they are about the caller alone. */
export interface NeedsNothing {
  readonly "x-permission": "own";
}

export const OWN: NeedsNothing = { "x-permission": "own" };

/**
 * What a console route needs, spread into its declaration. `confirmed`: password and second factor
 * were shown within CONFIRMED_MS_MAX, else `access.reauthentication_needed`; programs are exempt,
 * their requests are signed. `wholeCity`: it is held at the root of the tree, for what is one for all.
 */
export function needs(
  permission: Permission,
  { confirmed = false, wholeCity = false }: {
    readonly confirmed?: boolean;
    readonly wholeCity?: boolean;
  } = {},
): Needs {
  return {
    "x-permission": permission,
    middleware: [async (c, next) => {
      const caller = c.get("caller");
      requireScope(caller, permission);
      if (wholeCity) requireWholeCity(caller, permission);
      if (confirmed) requireConfirmed(caller, c.get("clock").now());
      await next();
    }],
  };
}

/** Throws DomainError `access.reauthentication_needed`. */
export function requireConfirmed({ kind, confirmedAt }: Caller, now: Date): void {
  if (kind === "program") return;
  if (confirmedAt !== null && now.getTime() - confirmedAt.getTime() <= CONFIRMED_MS_MAX) return;
  throw new DomainError(
    "access.reauthentication_needed",
    "Cannot do this yet: password and second factor have to be shown again",
  );
}

/** Stops the start of a platform on which a route was declared without saying what it needs. */
export function requirePermissions(routes: OpenAPIHono<ConsoleEnv>): void {
  for (const definition of routes.openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const { method, path } = definition.route;
    invariant("x-permission" in definition.route, `${method} ${path} says what it needs`);
  }
}
