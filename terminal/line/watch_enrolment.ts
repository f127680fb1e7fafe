import { reasonOf } from "../../server/platform/errors.ts";
import type { Log } from "../../server/platform/log.ts";
import type { Pause } from "../../server/platform/pause.ts";
import { type EnrolDeps, type EnrolmentProgress, stepEnrolment } from "./enrol.ts";
import type { EnrolledTerminal } from "./line_memory.ts";

const ASK_WAIT_MS = 3_000;
/** Refused enrolments begin anew each time; the platform is not to be flooded with them. */
const REFUSED_WAIT_MS = 30_000;

export interface WatchEnrolmentDeps extends EnrolDeps {
  readonly pause: Pause;
  readonly log: Log;
  readonly show: (progress: EnrolmentProgress | { readonly kind: "silent" }) => void;
}

/** Asks till the terminal is approved; null when it was stopped before. */
export async function watchEnrolment(
  deps: WatchEnrolmentDeps,
  signal: AbortSignal,
): Promise<EnrolledTerminal | null> {
  const { pause, log, show } = deps;
  let told = "";
  while (!signal.aborted) {
    try {
      const progress = await stepEnrolment(deps, signal);
      show(progress);
      if (progress.kind === "approved") return progress.enrolled;
      await pause(progress.kind === "refused" ? REFUSED_WAIT_MS : ASK_WAIT_MS, signal);
    } catch (thrown) {
      if (signal.aborted) return null;
      const reason = reasonOf(thrown);
      if (reason !== told) log.warn("Cannot ask for the enrolment", { reason });
      told = reason;
      show({ kind: "silent" });
      await pause(ASK_WAIT_MS, signal);
    }
  }
  return null;
}
