import { linkDurably, removeDurably } from "../../terminal/releases/durable.ts";
import { linkedVersion, readProbation, RELEASE_NAMES } from "../../terminal/releases/layout.ts";
import { noteChange, noteMissed } from "./changes.ts";
import type { UpdateDeps } from "./deps.ts";
import { claimReleases } from "./lock.ts";
import { noteRejected } from "./rejected.ts";

/**
 * Leaves `version` for the release before it, or the packaged one. Names what is left, so that a
 * second call does not go back one more. Needs no permit: what is gone back to was committed here.
 */
export async function rollback(
  deps: UpdateDeps,
  { version, reason }: { readonly version: string; readonly reason: string },
): Promise<{ readonly kind: "left" | "already"; readonly now: string | null }> {
  using _lock = await claimReleases(deps);
  const { releases, at } = deps;
  const current = await linkedVersion(releases, "current");
  if (current !== version) {
    await noteMissed(deps, { did: "left", version, reason });
    await endProbationOf(releases, version);
    return { kind: "already", now: current };
  }
  await noteRejected(releases, { version, reason, at: deps.clock.now().toISOString() });
  at("rejected_noted");
  const previous = await linkedVersion(releases, "previous");
  if (previous === null || previous === version) {
    await removeDurably(`${releases}/${RELEASE_NAMES.current}`);
  } else await linkDurably(previous, `${releases}/${RELEASE_NAMES.current}`);
  at("current_restored");
  await noteChange(deps, { did: "left", version, reason });
  await endProbationOf(releases, version);
  at("probation_ended");
  return { kind: "left", now: previous };
}

async function endProbationOf(releases: string, version: string): Promise<void> {
  const probation = await readProbation(releases);
  if (probation?.version !== version) return;
  await removeDurably(`${releases}/${RELEASE_NAMES.probation}`);
}
