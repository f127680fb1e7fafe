import { Dice, partSeed } from "../simulation/dice.ts";

/** What one patient wants and does; all of it follows from the run's seed. */

export type Mode = "show_code" | "scan_code" | "citizen_code";

export type Deed =
  | "pays"
  /** The wallet, or the code, says no. */
  | "declined"
  /** The wallet asks for a password, which is typed … */
  | "password"
  /** … or not. */
  | "password_never"
  /** Takes another way before paying. */
  | "changes_mind"
  /** Takes another way, and pays the first all the same. */
  | "pays_after_close"
  /** About when the time runs out. */
  | "pays_late"
  | "walks_away";

export interface WayPlan {
  readonly mode: Mode;
  readonly deed: Deed;
  readonly afterMs: number;
}

export interface RefundPlan {
  readonly lines: readonly number[] | null;
  /** Asked for at the same time from so many terminals. */
  readonly times: number;
  readonly afterMs: number;
}

export interface VisitPlan {
  readonly n: number;
  readonly startsAtMs: number;
  /** Which of the patients. */
  readonly person: number;
  readonly settlement: "insurance" | "self_pay";
  readonly confirms: boolean;
  readonly thinkMs: number;
  /** One after the other; the last one again and again. */
  readonly ways: readonly [WayPlan, ...WayPlan[]];
  readonly cancelsAfterMs: number | null;
  /** Somebody else begins to pay the same bill so much later. */
  readonly rivalAfterMs: number | null;
  readonly refund: RefundPlan | null;
}

export interface PlanOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** How long the way to pay stays open. */
  readonly payWaitMs: number;
}

export function planVisits(options: PlanOptions): VisitPlan[] {
  const count = Math.floor(options.seconds * options.perSecond);
  return Array.from({ length: count }, (_, n) => planVisit(options, n));
}

function planVisit({ seed, perSecond, payWaitMs }: PlanOptions, n: number): VisitPlan {
  const dice = new Dice(partSeed(seed, n + 1));
  const ways = [wayOf(dice, { deed: dice.pick(DEEDS), payWaitMs })] as const;
  const last = wayOf(dice, { deed: "pays", payWaitMs });
  return {
    n,
    startsAtMs: Math.floor(n * 1_000 / perSecond) + dice.below(1_000),
    person: dice.below(1_000_000),
    settlement: dice.chance(0.75) ? "insurance" : "self_pay",
    confirms: dice.chance(0.95),
    thinkMs: dice.between(50, 1_500),
    ways: [...ways, last],
    cancelsAfterMs: dice.chance(0.1) ? dice.below(8_000) : null,
    rivalAfterMs: dice.chance(0.05) ? dice.below(4_000) : null,
    refund: dice.chance(0.35) ? refundOf(dice) : null,
  };
}

const DEEDS: readonly [Deed, ...Deed[]] = [
  "pays",
  "pays",
  "pays",
  "pays",
  "pays",
  "pays",
  "declined",
  "password",
  "password_never",
  "changes_mind",
  "pays_after_close",
  "pays_late",
  "walks_away",
];

function wayOf(
  dice: Dice,
  { deed, payWaitMs }: { readonly deed: Deed; readonly payWaitMs: number },
): WayPlan {
  const mode = dice.pick(["show_code", "show_code", "scan_code", "scan_code", "citizen_code"]);
  const afterMs = deed === "pays_late"
    ? dice.between(payWaitMs - 2_000, payWaitMs + 2_000)
    : dice.below(4_000);
  return { mode, deed, afterMs };
}

function refundOf(dice: Dice): RefundPlan {
  return {
    lines: dice.chance(0.5) ? [0] : null,
    times: dice.chance(0.25) ? 2 : 1,
    afterMs: dice.below(3_000),
  };
}
