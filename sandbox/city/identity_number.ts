/** Citizen ID numbers after GB 11643-1999 whose check digit is deliberately wrong: nobody's. */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_DIGITS = "10X98765432";

/** @param first17 region, birth date and sequence (odd: male) */
export function invalidIdNumber(first17: string): string {
  return first17 + CHECK_DIGITS.charAt((checkIndex(first17) + 4) % CHECK_DIGITS.length);
}

export function hasValidCheckDigit(idNumber: string): boolean {
  return CHECK_DIGITS.charAt(checkIndex(idNumber.slice(0, 17))) === idNumber.charAt(17);
}

function checkIndex(first17: string): number {
  return WEIGHTS.reduce((sum, weight, n) => sum + weight * Number(first17.charAt(n)), 0) % 11;
}
