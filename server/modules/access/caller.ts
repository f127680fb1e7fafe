import { DomainError } from "../../platform/errors.ts";
import type { Actor } from "../audit/actor.ts";
import type { Duty, Permission } from "./permission.ts";
import { covers, NOWHERE, type Scope } from "./scope.ts";

/** Permission → where it is held. */
export type Rights = ReadonlyMap<Permission, Scope>;

/** Who calls the console's API, as its door found out. */
export interface Caller {
  readonly actor: Actor;
  readonly accountId: string;
  readonly kind: "person" | "program";
  readonly duty: Duty;
  /** Of a person's session; null for a program. */
  readonly sessionId: string | null;
  /** When password and second factor were last shown; null for a program. */
  readonly confirmedAt: Date | null;
  readonly rights: Rights;
}

export function scopeOf({ rights }: Pick<Caller, "rights">, permission: Permission): Scope {
  return rights.get(permission) ?? NOWHERE;
}

/** Throws DomainError `access.forbidden` unless the caller holds it somewhere. */
export function requireScope(caller: Pick<Caller, "rights">, permission: Permission): Scope {
  const scope = scopeOf(caller, permission);
  if (scope.paths.length === 0) throw forbidden(permission);
  return scope;
}

/** Throws DomainError `access.forbidden` unless the caller holds it at this node of the tree. */
export function requireAt(
  caller: Pick<Caller, "rights">,
  { permission, path }: { readonly permission: Permission; readonly path: string },
): void {
  if (!covers(scopeOf(caller, permission), path)) throw forbidden(permission);
}

/**
 * Of what is one for the whole city. Throws DomainError `access.forbidden` unless the caller holds
 * it at the root of the tree, whose path is a single id.
 */
export function requireWholeCity(
  caller: Pick<Caller, "rights">,
  permission: Permission,
): void {
  if (!isWholeCity(caller, permission)) throw forbidden(permission);
}

export function isWholeCity(caller: Pick<Caller, "rights">, permission: Permission): boolean {
  const { paths } = scopeOf(caller, permission);
  return paths.some((path) => /^\/([^/]+\/)?$/.test(path));
}

export function forbidden(permission: Permission): DomainError {
  return new DomainError("access.forbidden", `Cannot do this: it takes "${permission}" here`, {
    detail: permission,
  });
}
