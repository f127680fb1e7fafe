import { SETTING_DEFAULTS } from "../../server/modules/settings/setting.ts";
import type { Stack } from "./stack.ts";

/** Longer than anybody takes for what comes before it, on the slowest machine. */
const ASKED_AGAIN_MS = 120_000;
const LATER_MS = [ASKED_AGAIN_MS, 1_000];
/** Orders wait for their patient beyond that. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Parties that did not answer are asked again when the journey says so, and every second from then
 * on: no schedule of ours overtakes a person at a slow screen.
 */
export async function askedLater(
  stack: Stack,
  run: (askAgain: () => void) => Promise<void>,
): Promise<void> {
  const profile = SETTING_DEFAULTS["checkout.profile"];
  await stack.set("checkout.profile", {
    ...profile,
    waitsMs: { insurance: LATER_MS, tender: LATER_MS, fulfilment: LATER_MS, surplus: LATER_MS },
    confirmWaitMs: PATIENCE_MS,
    payWaitMs: PATIENCE_MS,
  });
  try {
    await run(() => stack.clock.jump(ASKED_AGAIN_MS));
  } finally {
    await stack.set("checkout.profile", profile);
  }
}
