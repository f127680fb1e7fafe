import { removeDurably, writeDurably } from "../../terminal/releases/durable.ts";
import { linkedVersion, readProbation, RELEASE_NAMES } from "../../terminal/releases/layout.ts";
import { StartError } from "../command.ts";
import { noteChange, noteMissed } from "./changes.ts";
import { committedCounter } from "./counters.ts";
import type { UpdateDeps } from "./deps.ts";
import { claimReleases } from "./lock.ts";
import { removeUnused } from "./remove_unused.ts";
import { forgetRejected } from "./rejected.ts";

/** The release on probation has proven itself and stays. Harmless when repeated. */
export async function commit(deps: UpdateDeps, version: string): Promise<"committed" | "already"> {
  using _lock = await claimReleases(deps);
  const { releases, verify, at } = deps;
  const current = await linkedVersion(releases, "current");
  if (current !== version) {
    throw new StartError(
      `不能确认版本 ${version}：当前是 ${current ?? "安装包自带的版本"}，可能已经自动退回`,
    );
  }
  const probation = await readProbation(releases);
  if (probation?.version !== version) {
    await noteMissed(deps, { did: "committed", version });
    return "already";
  }
  const { counter } = await verify(`${releases}/${version}`);
  const known = await committedCounter(deps);
  if (counter > known) await writeDurably(`${releases}/${RELEASE_NAMES.counter}`, `${counter}\n`);
  at("counter_raised");
  await removeDurably(`${releases}/${RELEASE_NAMES.probation}`);
  at("probation_ended");
  await noteChange(deps, { did: "committed", version });
  await forgetRejected(releases, version);
  await removeUnused(releases);
  return "committed";
}
