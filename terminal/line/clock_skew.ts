import type { Clock } from "../../server/platform/clock.ts";
import type { Problem } from "../../server/platform/openapi.ts";

/** Beyond, ids and texts of the time itself would fail. */
const OUR_TIME = /^20\d\d-/;

/**
 * How far the platform's clock is ahead, where that is why it refuses; else null. Nobody vouches for
 * this time yet: it is good for another try, whose answer is signed.
 */
export function clockSkew({ code, detail = "" }: Problem, clock: Clock): number | null {
  if (code !== "line.clock_skew") return null;
  const aheadMs = new Date(OUR_TIME.test(detail) ? detail : NaN).getTime() - clock.now().getTime();
  return Number.isNaN(aheadMs) ? null : aheadMs;
}
