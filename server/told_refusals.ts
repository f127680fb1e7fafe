import { reasonOf } from "./platform/errors.ts";
import { pauseFor } from "./platform/pause.ts";
import type { Services } from "./services.ts";

const TELL_MS = 15_000;

/**
 * Writes down how often programs were refused in this process, until it stops, and then what is
 * left: killed, it loses the counts of the last minute at most.
 */
export async function tellRefusals(services: Services): Promise<void> {
  const { stopping } = services.platform;
  while (!stopping.aborted) {
    await pauseFor(TELL_MS, stopping);
    await tellRefusalCounts(services, { all: false });
  }
}

export async function tellRefusalCounts(
  { platform, console }: Services,
  { all }: { readonly all: boolean },
): Promise<void> {
  try {
    await console.programRefusals.tellCounts({ all });
  } catch (thrown) {
    platform.log.error("Refused programs not told", { why: reasonOf(thrown) });
  }
}
