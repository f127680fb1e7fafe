import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { secondsLeft } from "../i18n/format.ts";
import { ZH } from "../i18n/zh.ts";
import { useKiosk } from "./kiosk_context.ts";

const RADIUS = 44;
const AROUND = 2 * Math.PI * RADIUS;

/** The visible bound of a wait: seconds that are left, and how much of the whole that is. */
export function CountdownRing({ until }: { readonly until: number }): JSX.Element {
  const { now } = useKiosk();
  const whole = useRef({ until, ms: Math.max(1, until - now.peek()) });
  if (whole.current.until !== until) {
    whole.current = { until, ms: Math.max(1, until - now.peek()) };
  }
  const seconds = secondsLeft(until, now.value);
  const share = Math.min(1, Math.max(0, (until - now.value) / whole.current.ms));
  return (
    <div class="ring" role="timer" aria-label={ZH.seconds(seconds)} data-testid="countdown">
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle class="ring-track" cx="50" cy="50" r={RADIUS} />
        <circle
          class="ring-left"
          cx="50"
          cy="50"
          r={RADIUS}
          stroke-dasharray={AROUND}
          stroke-dashoffset={AROUND * (1 - share)}
        />
      </svg>
      <span class="ring-number">{seconds}</span>
      <span class="ring-unit">{ZH.second}</span>
    </div>
  );
}
