/** How a phone shows a code: the person's text with the moment in it. The text alone is a test sheet's and never expires. */

export const CODE_VALID_MS = 5 * 60_000;
/** How far ahead a phone's clock may be. */
const AHEAD_MS_MAX = 60_000;
const MOMENT_CHARS = 7;

export function presentCode(text: string, at: Date): string {
  const moment = Math.floor(at.getTime() / 1_000).toString(36).toUpperCase();
  const suffix = moment.padStart(MOMENT_CHARS, "0");
  return /^SS[CP]/.test(text) ? text + suffix : `${text}.${suffix}`;
}

export type PresentedAt = "never" | "now" | "expired" | "nonsense";

/** When the moment behind a person's own text says the code was shown. */
export function presentedAt(code: string, text: string, now: Date): PresentedAt {
  const rest = code.slice(text.length).replace(/^\./, "");
  if (rest === "") return "never";
  if (!/^[0-9A-Z]{7}$/.test(rest)) return "nonsense";
  const age = now.getTime() - Number.parseInt(rest, 36) * 1_000;
  if (age < -AHEAD_MS_MAX) return "nonsense";
  return age > CODE_VALID_MS ? "expired" : "now";
}
