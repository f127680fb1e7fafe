import type { CatalogueItem } from "./catalogue.ts";

/** The benefit rules in whole numbers: fen, millionths of a yuan, ten-thousandths of a unit. */

/** One fee line's four parts; they add up to its amount. */
export interface LineSplit {
  readonly amount: bigint;
  readonly fullOwnPay: bigint;
  readonly overLimit: bigint;
  readonly preSelfPay: bigint;
  readonly inScope: bigint;
}

export interface Figures extends LineSplit {
  readonly threshold: bigint;
  readonly fund: bigint;
  readonly account: bigint;
  /** Of a relative's account (共济), beside `account`. */
  readonly relative: bigint;
  readonly cash: bigint;
  readonly balance: bigint;
  /** Ten-thousandths. */
  readonly share: bigint;
}

const PRICE_DECIMALS = 6;
const QUANTITY_DECIMALS = 4;
const SHARE_DECIMALS = 4;
const SHARE_WHOLE = 10_000n;

/** `round(quantity × price)` in fen, half up: what det_item_fee_sumamt must equal. */
export function lineAmount(quantity: string, priceYuan: string): bigint {
  const product = decimal(quantity, QUANTITY_DECIMALS) * decimal(priceYuan, PRICE_DECIMALS);
  return halfUp(product, 10n ** BigInt(QUANTITY_DECIMALS + PRICE_DECIMALS - 2));
}

/** Items the catalogue does not know are wholly the patient's. */
export function splitLine(
  line: { readonly quantity: string; readonly priceYuan: string },
  item: CatalogueItem | null,
): LineSplit {
  const amount = lineAmount(line.quantity, line.priceYuan);
  const selfpay = item === null ? SHARE_WHOLE : decimal(item.selfpayProportion, SHARE_DECIMALS);
  if (selfpay === SHARE_WHOLE) {
    return { amount, fullOwnPay: amount, overLimit: 0n, preSelfPay: 0n, inScope: 0n };
  }
  const overLimit = min(amount, overCap(line, item?.capYuan ?? null));
  const preSelfPay = halfUp((amount - overLimit) * selfpay, SHARE_WHOLE);
  return {
    amount,
    fullOwnPay: 0n,
    overLimit,
    preSelfPay,
    inScope: amount - overLimit - preSelfPay,
  };
}

export function addSplits(splits: readonly LineSplit[]): LineSplit {
  return splits.reduce((sum, split) => ({
    amount: sum.amount + split.amount,
    fullOwnPay: sum.fullOwnPay + split.fullOwnPay,
    overLimit: sum.overLimit + split.overLimit,
    preSelfPay: sum.preSelfPay + split.preSelfPay,
    inScope: sum.inScope + split.inScope,
  }), { amount: 0n, fullOwnPay: 0n, overLimit: 0n, preSelfPay: 0n, inScope: 0n });
}

export interface Standing {
  readonly share: bigint;
  readonly thresholdLeft: bigint;
  readonly ceilingLeft: bigint;
  readonly balance: bigint;
  /** In the account of the relative who pays; 0 where none does. */
  readonly relativeBalance: bigint;
  readonly usesAccount: boolean;
  readonly accountScope: "all_personal" | "exclude_full_ownpay";
}

/** Threshold, the pooled fund's share up to its ceiling, the account, a relative's, then cash. */
export function settleFigures(split: LineSplit, standing: Standing): Figures {
  const threshold = min(split.inScope, standing.thresholdLeft);
  const pooled = halfUp((split.inScope - threshold) * standing.share, SHARE_WHOLE);
  const fund = min(pooled, standing.ceilingLeft);
  const personal = split.amount - fund;
  const scope = standing.accountScope === "all_personal" ? personal : personal - split.fullOwnPay;
  const account = standing.usesAccount ? min(scope, standing.balance) : 0n;
  const relative = min(scope - account, standing.relativeBalance);
  return {
    ...split,
    threshold,
    fund,
    account,
    relative,
    cash: personal - account - relative,
    balance: standing.balance - account,
    share: standing.share,
  };
}

/** Settles with so much more cash than presettled, every sum still kept. */
export function shiftToCash(figures: Figures, by: bigint): Figures {
  const moved = by < 0n ? -min(-by, figures.cash) : min(by, figures.fund);
  return { ...figures, fund: figures.fund - moved, cash: figures.cash + moved };
}

/** A void: the same figures below zero, the balance as it was before. */
export function negate(figures: Figures, balance: bigint): Figures {
  return {
    amount: -figures.amount,
    fullOwnPay: -figures.fullOwnPay,
    overLimit: -figures.overLimit,
    preSelfPay: -figures.preSelfPay,
    inScope: -figures.inScope,
    threshold: -figures.threshold,
    fund: -figures.fund,
    account: -figures.account,
    relative: -figures.relative,
    cash: -figures.cash,
    share: figures.share,
    balance,
  };
}

function overCap(
  line: { readonly quantity: string; readonly priceYuan: string },
  capYuan: string | null,
): bigint {
  if (capYuan === null) return 0n;
  const over = decimal(line.priceYuan, PRICE_DECIMALS) - decimal(capYuan, PRICE_DECIMALS);
  if (over <= 0n) return 0n;
  return halfUp(
    over * decimal(line.quantity, QUANTITY_DECIMALS),
    10n ** BigInt(QUANTITY_DECIMALS + PRICE_DECIMALS - 2),
  );
}

/** `"18.6"` with 6 decimals → 18_600_000n. */
function decimal(text: string, decimals: number): bigint {
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(text);
  const fraction = match?.[2] ?? "";
  if (!match || fraction.length > decimals) {
    throw new RangeError(`Cannot read "${text}": expected up to ${decimals} decimals`);
  }
  return BigInt(`${match[1]}${fraction.padEnd(decimals, "0")}`);
}

function halfUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor / 2n) / divisor;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
