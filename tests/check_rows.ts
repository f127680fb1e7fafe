import assert from "node:assert/strict";
import { systemActor } from "../server/modules/audit/actor.ts";
import type { UpkeepKind } from "../server/platform/upkeep.ts";
import { actOnUpkeep, readIntegrity, readSeals } from "../server/protection/protection.ts";
import { type ProtectionDeps, workProtection } from "../server/protection/upkeep_works.ts";
import type { World } from "./world.ts";

const ACTOR = systemActor("test");
const ROUNDS_MAX = 50;

/** A whole pass over all tables. */
export async function pass(world: World, deps: ProtectionDeps, kind: UpkeepKind): Promise<void> {
  world.clock.advance(1_000);
  await actOnUpkeep(deps, ACTOR, { kind, action: "start" });
  for (let n = 0; n < ROUNDS_MAX; n++) {
    await workProtection(deps, kind);
    const { run } = kind === "reseal" ? await readSeals(deps) : await readIntegrity(deps);
    if (run?.state === "done") return;
  }
  assert.fail(`no end of the ${kind}`);
}

/** What a check of all rows finds broken. */
export async function checkRows(
  world: World,
): Promise<{ table: string; rowId: string; why: string }[]> {
  await pass(world, world.services.protection, "integrity");
  const { broken } = await readIntegrity(world.services.protection);
  return broken.map(({ table, rowId, why }) => ({ table, rowId, why }));
}
