import type { LegAnswer, Split } from "../../../server/modules/checkout/leg.ts";

export const NOTHING: Split = { total: 0n, fund: 0n, account: 0n, other: 0n, cash: 0n };
export const ABSENT: LegAnswer = { kind: "absent" };
export const PENDING: LegAnswer = { kind: "pending" };
export const NOTHING_TO_DO: LegAnswer = { kind: "done", split: null, reference: null };

export function done(split: Split): LegAnswer {
  return { kind: "done", split, reference: "r" };
}

export function cash(fen: bigint): LegAnswer {
  return done({ ...NOTHING, total: fen, cash: fen });
}

export function no(code: string): LegAnswer {
  return { kind: "refused", code, text: code };
}
