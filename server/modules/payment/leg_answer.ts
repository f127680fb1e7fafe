import type { TradeFact } from "./channel.ts";

/** What checkout asks of a leg and hears back; checkout is above us, so the words stand here again. */

export type Ask = "prepare" | "perform" | "find" | "close" | "undo" | "find_undo" | "release";

export interface Split {
  readonly total: bigint;
  readonly fund: bigint;
  readonly account: bigint;
  readonly other: bigint;
  readonly cash: bigint;
}

export type LegAnswer =
  | { readonly kind: "done"; readonly split: Split | null; readonly reference: string | null }
  | { readonly kind: "pending" }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly code: string; readonly text: string }
  | { readonly kind: "not_sent"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** Carries to `record` what only this module keeps: the code's text, the wallet. */
export type TenderAnswer = LegAnswer & { readonly fact?: TradeFact };

export const NOTHING_TO_DO: LegAnswer = { kind: "done", split: null, reference: null };

export function cashSplit(cash: bigint): Split {
  return { total: cash, fund: 0n, account: 0n, other: 0n, cash };
}
