import type { Pause } from "../server/platform/pause.ts";
import { askPulse } from "./platform_calls.ts";
import type { PlatformClient } from "./platform_client.ts";

/**
 * A line that is cut says nothing by itself: asked so often, and given up after so long, it is known
 * to be gone within five seconds.
 */
const PULSE_WAIT_MS = 2_000;

interface Deps {
  readonly client: Pick<PlatformClient, "call" | "silentMs">;
  readonly pause: Pause;
}

/** Asks whether the platform is there, unless something else has just shown it. */
export async function watchPulse({ client, pause }: Deps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (client.silentMs >= PULSE_WAIT_MS) await client.call(askPulse());
    if (signal.aborted) return;
    const restMs = Math.max(0, PULSE_WAIT_MS - client.silentMs);
    await pause(restMs > 0 ? restMs : PULSE_WAIT_MS, signal);
  }
}
