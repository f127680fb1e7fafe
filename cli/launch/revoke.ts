import { gatherFacts } from "./facts.ts";
import type { Grants } from "./grants.ts";
import { grantsFor } from "./permissions.ts";

/** What a compiled program may do by itself: the union over all subcommands, by whole kinds. */
export const UNION = ["read", "write", "net", "ffi", "run", "sys", "env"] as const;

/**
 * Gives up every kind of permission that this command line needs nothing of, for good. A compiled
 * program has them baked in whole and cannot keep parts of a kind, as the launcher grants them.
 */
export async function revokeUnneeded(args: readonly string[]): Promise<void> {
  for (const name of unneededKinds(grantsFor(await gatherFacts(args)))) {
    await Deno.permissions.revoke({ name });
  }
}

export function unneededKinds(grants: Grants): (typeof UNION)[number][] {
  return UNION.filter((kind) => grants[kind].length === 0);
}
