import { type RunPackDeps, runWaitingPack } from "./packs/run_pack.ts";
import { sweepPacks } from "./packs/sweep_packs.ts";

/** One round of a worker: at most one pack. */
export async function workOnPacks(deps: RunPackDeps): Promise<void> {
  await sweepPacks(deps);
  await runWaitingPack(deps);
}
