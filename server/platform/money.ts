declare const fen: unique symbol;

/** Chinese cents; integer arithmetic only. */
export type Fen = bigint & { readonly [fen]: true };

export const ZERO: Fen = asFen(0n);

const FEN_TEXT = /^-?\d{1,18}$/;
const YUAN_TEXT = /^(-?)(\d{1,14})(?:\.(\d{1,6}))?$/;

export function asFen(value: bigint): Fen {
  return value as Fen;
}

export function sumFen(values: Iterable<bigint>): Fen {
  let total = 0n;
  for (const value of values) total += value;
  return asFen(total);
}

/** Reads the wire form: decimal digits in a string, in fen. */
export function parseFen(text: string): Fen {
  if (!FEN_TEXT.test(text)) throw new RangeError(`Cannot read "${text}" as fen: expected digits`);
  return asFen(BigInt(text));
}

/**
 * Reads yuan as outside parties write it (`1200`, `1200.0`, `"1200.00"`); a part below one fen
 * other than zeros is refused, never rounded.
 */
export function parseYuan(value: string | number): Fen {
  const match = YUAN_TEXT.exec(String(value));
  if (!match) throw new RangeError(`Cannot read "${value}" as yuan: expected up to two decimals`);
  const [, sign, whole = "0", decimals = ""] = match;
  if (/[^0]/.test(decimals.slice(2))) {
    throw new RangeError(`Cannot read "${value}" as yuan: it has a part below one fen`);
  }
  const amount = BigInt(whole) * 100n + BigInt(decimals.slice(0, 2).padEnd(2, "0"));
  return asFen(sign === "-" ? -amount : amount);
}

/** `12640n` → `"126.40"`: the form of wires, slips and screens. */
export function formatYuan(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, "0");
  return `${amount < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
