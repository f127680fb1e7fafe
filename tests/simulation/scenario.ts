import { Dice, partSeed } from "./dice.ts";

/**
 * The one language both levels of the simulation speak: who comes to which terminal, what they do,
 * and what goes wrong meanwhile. All of it follows from a seed.
 */

const SIMULATED_PARTIES = ["his", "insurance", "channel"] as const;
export type SimulatedParty = (typeof SIMULATED_PARTIES)[number];

export type WayMode = "show_code" | "scan_code";

/** What pays at level b when the patient does not take a wallet; level a has one channel. */
export type Purse = "wallet" | "card" | "citizen_code";

/** A line of the order, by its place, or all that stands of it. */
export type AskedBack = number | "all";

/** What the patient does with one way to pay. */
export type WayDeed =
  | "pays"
  /** The wallet says no. */
  | "declined"
  /** The wallet asks for a password, which is typed. */
  | "password"
  /** … and is not. */
  | "password_never"
  /** Takes another way before paying. */
  | "changes_mind"
  /** Takes another way, and pays the first all the same. */
  | "pays_after_close"
  /** About when the time runs out. */
  | "pays_late"
  | "walks_away";

export interface Way {
  readonly mode: WayMode;
  readonly deed: WayDeed;
  readonly afterMs: number;
}

export type CrashPoint =
  /** Just before or after this visit's n-th commit. */
  | { readonly at: "before_commit" | "after_commit"; readonly n: number }
  /** While its n-th call is out. */
  | { readonly at: "call"; readonly n: number };

export interface Visit {
  readonly n: number;
  readonly seed: number;
  readonly terminal: number;
  readonly startsAtMs: number;
  readonly settlement: "insurance" | "self_pay";
  readonly payable: "bills" | "registration";
  /** Insurance settles so many fen more cash than it quoted. */
  readonly settlesDifferentlyFen: number;
  /** A party refuses to move at all. */
  readonly refusedBy: SimulatedParty | null;
  readonly confirms: boolean;
  readonly thinkMs: number;
  /** Tried one after the other; the last one stays. */
  readonly ways: readonly [Way, ...Way[]];
  readonly cancelsAfterMs: number | null;
  /** Another terminal begins to pay the same bill so much later. */
  readonly rivalAfterMs: number | null;
  /** Each asked for at the same time after the order is completed, in hundredths of what was paid. */
  readonly refunds: readonly number[];
  /** Of every other way, beginning with the first. */
  readonly purse: Purse;
  /** At level b, each asked for at the same time, a while after the order is completed. */
  readonly asksBack: readonly AskedBack[];
  /** Chance of a fault in each message. */
  readonly faultRate: number;
  readonly crash: CrashPoint | null;
}

/** What goes wrong for everybody. */
export type Trouble =
  | {
    readonly kind: "partition";
    readonly atMs: number;
    readonly forMs: number;
    readonly party: SimulatedParty;
    /** What gets lost meanwhile; `line` says so at once. */
    readonly loses: "line" | "requests" | "answers";
  }
  | {
    readonly kind: "crash";
    readonly atMs: number;
    readonly forMs: number;
    readonly process: number;
  }
  | { readonly kind: "database"; readonly atMs: number; readonly forMs: number }
  | {
    readonly kind: "clock";
    readonly atMs: number;
    readonly byMs: number;
    readonly process: number;
  };

export interface Scenario {
  readonly seed: number;
  /** Of the first moment, epoch ms. */
  readonly startsAt: number;
  readonly cashFirst: boolean;
  readonly visits: readonly Visit[];
  readonly troubles: readonly Trouble[];
}

const TERMINALS = 5;
export const PROCESSES = 2;
/** Visits begin, and troubles come, within this time; then everything heals. */
export const STORM_MS = 15 * 60_000;

/** Ends of days and months in Beijing, which is eight hours before UTC. */
const STARTS = [
  Date.UTC(2026, 10, 18, 1, 0),
  Date.UTC(2026, 10, 18, 15, 50),
  Date.UTC(2026, 10, 30, 15, 52),
  Date.UTC(2026, 11, 31, 15, 48),
] as const;

export function scenarioOf(seed: number, visits: number): Scenario {
  const dice = new Dice(partSeed(seed, 0));
  const calm = dice.chance(0.15);
  const faultRate = calm ? 0 : dice.below(12) / 100;
  return {
    seed,
    startsAt: dice.pick(STARTS),
    cashFirst: dice.chance(0.3),
    visits: Array.from({ length: visits }, (_, n) => visitOf(seed, n, faultRate)),
    troubles: calm ? [] : Array.from({ length: dice.below(7) }, () => troubleOf(dice)),
  };
}

function visitOf(seed: number, n: number, faultRate: number): Visit {
  const own = partSeed(seed, n + 1);
  const dice = new Dice(own);
  const hasTrouble = faultRate > 0;
  return {
    n,
    seed: own,
    terminal: n % TERMINALS,
    startsAtMs: dice.below(STORM_MS),
    settlement: dice.chance(0.75) ? "insurance" : "self_pay",
    payable: dice.chance(0.85) ? "bills" : "registration",
    settlesDifferentlyFen: dice.chance(0.12) ? dice.pick([-300, -100, -1, 1, 100, 250]) : 0,
    refusedBy: dice.chance(0.05) ? dice.pick(SIMULATED_PARTIES) : null,
    confirms: dice.chance(0.96),
    thinkMs: dice.between(500, 9_000),
    ways: waysOf(dice),
    cancelsAfterMs: dice.chance(0.12) ? dice.below(60_000) : null,
    rivalAfterMs: dice.chance(0.06) ? dice.below(40_000) : null,
    refunds: refundsOf(dice),
    ...extrasOf(new Dice(partSeed(own, 1))),
    faultRate,
    crash: hasTrouble && dice.chance(0.25) ? crashOf(dice) : null,
  };
}

const DEEDS: readonly [WayDeed, ...WayDeed[]] = [
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

function waysOf(dice: Dice): readonly [Way, ...Way[]] {
  const first = wayOf(dice, dice.pick(DEEDS));
  const second = wayOf(dice, dice.pick(DEEDS));
  return dice.chance(0.3) ? [first, second, wayOf(dice, "pays")] : [first, wayOf(dice, "pays")];
}

function wayOf(dice: Dice, deed: WayDeed): Way {
  const mode = dice.pick(["show_code", "scan_code"]);
  const afterMs = deed === "pays_late" ? dice.between(175_000, 186_000) : dice.below(25_000);
  return { mode, deed, afterMs };
}

function refundsOf(dice: Dice): number[] {
  if (!dice.chance(0.12)) return [];
  return Array.from({ length: dice.between(1, 3) }, () => dice.pick([20, 40, 60, 100]));
}

/** By dice of their own: what the others throw stays as it was when seeds were written down. */
function extrasOf(dice: Dice): Pick<Visit, "purse" | "asksBack"> {
  const asked = dice.pick([1, 1, 2, 3]);
  return {
    purse: dice.pick(["wallet", "wallet", "wallet", "card", "citizen_code"]),
    asksBack: dice.chance(0.25)
      ? Array.from({ length: asked }, () => dice.pick(["all", "all", 0, 1]))
      : [],
  };
}

function crashOf(dice: Dice): CrashPoint {
  return { at: dice.pick(["before_commit", "after_commit", "call"]), n: dice.between(1, 24) };
}

function troubleOf(dice: Dice): Trouble {
  const atMs = dice.below(STORM_MS);
  const forMs = dice.between(200, dice.chance(0.2) ? 240_000 : 40_000);
  const process = dice.below(PROCESSES);
  switch (dice.pick(["partition", "partition", "crash", "database", "clock"])) {
    case "partition": {
      const loses = dice.pick(["line", "requests", "answers"]);
      return { kind: "partition", atMs, forMs, party: dice.pick(SIMULATED_PARTIES), loses };
    }
    case "crash":
      return { kind: "crash", atMs, forMs, process };
    case "database":
      return { kind: "database", atMs, forMs: Math.min(forMs, 20_000) };
    case "clock": {
      const byMs = dice.pick([-90_000, -20_000, -3_000, 3_000, 20_000, 90_000]);
      return { kind: "clock", atMs, byMs, process };
    }
  }
}
