import { Dice, partSeed } from "../simulation/dice.ts";

/** What one patient wants and does; all of it follows from the run's seed. */

export type Mode = "show_code" | "scan_code" | "citizen_code" | "card";

export type Deed =
  | "pays"
  /** The wallet, or the code, says no; of a card the PIN is wrong. */
  | "declined"
  /** The wallet asks for a password, which is typed … */
  | "password"
  /** … or not; a card is taken out again before the PIN. */
  | "password_never"
  /** Takes another way before paying; with a card just behind it. */
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
  readonly card: CardPlan;
}

export interface CardPlan {
  /** Of the social-security card the financial account. */
  readonly kind: "bank_card" | "financial_account";
  readonly newKeys: boolean;
}

/** What somebody comes for; of a registration which of the free slots. */
export type ErrandPlan =
  | { readonly kind: "bills" }
  | { readonly kind: "registration"; readonly slot: number }
  | DepositPlan;

/** An in-patient, admitted for this visit: pays in, and may have back what the stay left. */
export interface DepositPlan {
  readonly kind: "deposit";
  /** Of the amounts that are offered. */
  readonly choice: string;
  /** Yuan that the stay has cost when it is settled. */
  readonly cost: string;
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
  readonly errand: ErrandPlan;
  readonly settlement: "insurance" | "self_pay";
  readonly confirms: boolean;
  readonly thinkMs: number;
  /** One after the other; the last one again and again. */
  readonly ways: readonly [WayPlan, ...WayPlan[]];
  readonly cancelsAfterMs: number | null;
  /** Somebody else begins to pay the same bill so much later. */
  readonly rivalAfterMs: number | null;
  /** Of a registration: it is called off after it was paid. */
  readonly refund: RefundPlan | null;
}

export interface VisitMix {
  /** Ways to pay, each as often as it stands here. */
  readonly modes: readonly [Mode, ...Mode[]];
  /** Of visits those that register, from 0 to 1. */
  readonly registrations: number;
  /** Of the others those of in-patients who pay in. */
  readonly deposits: number;
}

export interface PlanOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** How long the way to pay stays open. */
  readonly payWaitMs: number;
  readonly mix: VisitMix;
}

export function planVisits(options: PlanOptions): VisitPlan[] {
  const count = Math.floor(options.seconds * options.perSecond);
  return Array.from({ length: count }, (_, n) => planVisit(options, n));
}

function planVisit(options: PlanOptions, n: number): VisitPlan {
  const { seed, perSecond, mix } = options;
  const dice = new Dice(partSeed(seed, n + 1));
  const errand = errandOf(dice, mix);
  return {
    n,
    startsAtMs: Math.floor(n * 1_000 / perSecond) + dice.below(1_000),
    person: dice.below(1_000_000),
    errand,
    settlement: dice.chance(0.75) ? "insurance" : "self_pay",
    confirms: dice.chance(0.95),
    thinkMs: dice.between(50, 1_500),
    ways: [wayOf(dice, dice.pick(DEEDS), options), wayOf(dice, "pays", options)],
    cancelsAfterMs: dice.chance(0.1) ? dice.below(8_000) : null,
    rivalAfterMs: dice.chance(0.05) ? dice.below(4_000) : null,
    refund: dice.chance(0.35) ? refundOf(dice, errand) : null,
  };
}

const SLOTS_WANTED = 6;

/** Few slots are wanted, so that some are wanted by several. */
function errandOf(dice: Dice, { registrations, deposits }: VisitMix): ErrandPlan {
  if (dice.chance(registrations)) {
    return { kind: "registration", slot: dice.below(SLOTS_WANTED) };
  }
  if (!dice.chance(deposits)) return { kind: "bills" };
  return {
    kind: "deposit",
    choice: dice.pick(DEPOSIT_CHOICES),
    cost: `${dice.below(STAY_YUAN_MAX)}.${String(dice.below(100)).padStart(2, "0")}`,
  };
}

const DEPOSIT_CHOICES = ["preset-50000", "preset-100000", "preset-200000"] as const;
/** So that some is left of most stays, all of some, and of some nothing. */
const STAY_YUAN_MAX = 1_200;

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

function wayOf(dice: Dice, deed: Deed, { payWaitMs, mix }: PlanOptions): WayPlan {
  const mode = dice.pick(mix.modes);
  const afterMs = deed === "pays_late"
    ? dice.between(payWaitMs - 2_000, payWaitMs + 2_000)
    : dice.below(4_000);
  const kind = dice.chance(0.3) ? "financial_account" : "bank_card";
  return { mode, deed, afterMs, card: { kind, newKeys: dice.chance(0.1) } };
}

/** The fee of a registration goes back whole, of a deposit what is due. */
function refundOf(dice: Dice, { kind }: ErrandPlan): RefundPlan {
  return {
    lines: kind === "bills" && dice.chance(0.5) ? [0] : null,
    times: dice.chance(0.25) ? 2 : 1,
    afterMs: dice.below(3_000),
  };
}
