import { type CardMessage, textOf } from "./wire/field_table.ts";
import { type HostProfile, type Meaning, meaningOf } from "./wire/host_profile.ts";

/** An answer whose MAC was right, read. */
export interface HostAnswer {
  readonly meaning: Meaning;
  readonly responseCode: string;
  /** Field 4; null when it was not echoed. */
  readonly amount: bigint | null;
  /** Field 37, the host's number of the transaction. */
  readonly reference: string | null;
  /** Field 38. */
  readonly approval: string | null;
  /** `MMDD` and `HHMMSS`. */
  readonly hostDate: string | null;
  readonly hostTime: string | null;
  /** Field 54; null unless it is an amount in yuan. */
  readonly balance: bigint | null;
  /** Last digit of field 48 of 0510: 1 agrees. */
  readonly totalsAgree: boolean;
}

export function hostAnswer(profile: HostProfile, message: CardMessage): HostAnswer | null {
  const responseCode = textOf(message, 39);
  if (responseCode === null) return null;
  const amount = textOf(message, 4);
  return {
    meaning: meaningOf(profile, responseCode),
    responseCode,
    amount: amount === null ? null : BigInt(amount),
    reference: trimmed(message, 37),
    approval: trimmed(message, 38),
    hostDate: textOf(message, 13),
    hostTime: textOf(message, 12),
    balance: balanceOf(textOf(message, 54)),
    totalsAgree: textOf(message, 48)?.at(-1) === "1",
  };
}

function trimmed(message: CardMessage, field: number): string | null {
  return textOf(message, field)?.trim() || null;
}

/** Account type, amount type, currency, sign, twelve digits. */
function balanceOf(text: string | null): bigint | null {
  const match = /^\d{4}156([CD])(\d{12})$/.exec(text ?? "");
  if (!match) return null;
  const amount = BigInt(match[2] ?? "0");
  return match[1] === "D" ? -amount : amount;
}
