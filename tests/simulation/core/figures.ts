import type { Split } from "../../../server/modules/checkout/leg.ts";
import { Dice } from "../dice.ts";
import type { Visit } from "../scenario.ts";

/** What one visit costs, and who says so. */
export interface Figures {
  readonly total: bigint;
  readonly quoted: Split;
  /** What insurance really settles. */
  readonly settled: Split;
}

export function figuresOf(visit: Visit): Figures {
  const dice = new Dice(visit.seed ^ 0x51ed);
  const total = BigInt(dice.between(800, 40_000));
  const cash = dice.chance(0.12) ? 0n : total * BigInt(dice.between(5, 60)) / 100n;
  const account = (total - cash) * BigInt(dice.below(50)) / 100n;
  const other = dice.chance(0.1) ? (total - cash - account) / 10n : 0n;
  const quoted = { total, fund: total - cash - account - other, account, other, cash };
  return { total, quoted, settled: shifted(quoted, BigInt(visit.settlesDifferentlyFen)) };
}

/** So much more cash, and less fund, as far as there is any. */
function shifted(split: Split, fen: bigint): Split {
  const most = fen > split.fund ? split.fund : fen;
  const by = -most > split.cash ? -split.cash : most;
  return { ...split, cash: split.cash + by, fund: split.fund - by };
}
