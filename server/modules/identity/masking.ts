/**
 * What is shown of a person to whoever has no reason to know more: on screens, on paper, in lists.
 * Of every text something stays hidden, of short ones at least half.
 */

const LONG_ID_LENGTH_MIN = 15;
const PHONE_LENGTH_MIN = 11;
const HIDDEN = "*";

/** 王*, 陈*明: the first letter, and the last of three or more; letters, not UTF-16 units. */
export function maskName(name: string): string {
  const letters = [...name];
  if (letters.length <= 1) return HIDDEN;
  if (letters.length === 2) return `${letters[0]}${HIDDEN}`;
  return keepEnds(letters, { head: 1, tail: 1 });
}

/** 4419**********0011; of shorter numbers (passports, permits) less is kept. */
export function maskIdNumber(idNumber: string): string {
  const letters = [...idNumber];
  if (letters.length >= LONG_ID_LENGTH_MIN) return keepEnds(letters, { head: 4, tail: 4 });
  const kept = Math.floor(letters.length / 4);
  return keepEnds(letters, { head: kept, tail: kept });
}

/** 138****0000; of what is no mobile number the last digits only. */
export function maskPhone(phone: string): string {
  const letters = [...phone];
  if (letters.length >= PHONE_LENGTH_MIN) return keepEnds(letters, { head: 3, tail: 4 });
  return keepEnds(letters, { head: 0, tail: Math.min(3, Math.floor(letters.length / 2)) });
}

/** ID numbers and mobile numbers inside a text of somebody else's. */
export function maskNumbersIn(text: string): string {
  return text.replace(
    NUMBERS,
    (number) => number.length === PHONE_LENGTH_MIN ? maskPhone(number) : maskIdNumber(number),
  );
}

/** GB 11643-1999, and mobile numbers of the mainland; not inside a longer number. */
const NUMBERS = /(?<![0-9A-Za-z])(?:\d{17}[\dXx]|1\d{10})(?![0-9A-Za-z])/g;

function keepEnds(
  letters: readonly string[],
  { head, tail }: { readonly head: number; readonly tail: number },
): string {
  const hidden = Math.max(0, letters.length - head - tail);
  const last = tail === 0 ? [] : letters.slice(-tail);
  return [...letters.slice(0, head), HIDDEN.repeat(hidden), ...last].join("");
}
