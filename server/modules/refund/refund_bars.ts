import { businessDay } from "../../platform/clock.ts";
import type { RefundLimits } from "../settings/setting.ts";
import type { Payable } from "../checkout/contract.ts";
import type { RefundBar } from "./contract.ts";

/** What decides whether an order may be given back, beside the platform's own books. */
export interface BarFacts {
  readonly by: "patient" | "staff";
  readonly paidAt: Date;
  readonly now: Date;
  readonly valueFen: bigint;
  readonly isInsured: boolean;
  readonly kind: Payable["kind"];
  /** HIS would take back nothing of it. */
  readonly isRendered: boolean;
  readonly limits: RefundLimits;
}

const DAY_MS = 24 * 3_600_000;

/** Why not, by the rules alone; empty when nothing stands against it (R-REF-04). Pure. */
export function refundBars(facts: BarFacts): RefundBar[] {
  const { by, paidAt, now, limits } = facts;
  if (facts.kind === "deposit") return ["at_discharge"];
  const bars: RefundBar[] = [];
  if (facts.isRendered) bars.push(facts.kind === "registration" ? "seen" : "rendered");
  if (now.getTime() - paidAt.getTime() > limits.daysMax * DAY_MS) bars.push("too_old");
  if (by === "staff") return bars;
  if (limits.patientFenMax === 0) bars.push("not_here");
  else if (facts.valueFen > BigInt(limits.patientFenMax)) bars.push("over_limit");
  if (limits.patientSameDay && businessDay(paidAt) !== businessDay(now)) bars.push("other_day");
  if (isPeriodClosed(facts)) bars.push("period_closed");
  return bars;
}

/** Staff gives back only so much alone, and nothing of a month that insurance may have cleared. */
export function needsApproval(facts: BarFacts): boolean {
  return facts.valueFen > BigInt(facts.limits.staffFenMax) || isPeriodClosed(facts);
}

/** The centre clears a month on some day of the next; what it says then counts. */
function isPeriodClosed({ isInsured, paidAt, now, limits }: BarFacts): boolean {
  if (!isInsured) return false;
  const months = monthOf(now) - monthOf(paidAt);
  const day = Number(businessDay(now).slice(8));
  return months > 1 || (months === 1 && day >= limits.monthClosesOnDay);
}

function monthOf(at: Date): number {
  const [year, month] = businessDay(at).split("-").map(Number);
  return (year ?? 0) * 12 + (month ?? 0);
}
