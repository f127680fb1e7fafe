/** What becomes of one message when the line is bad. */
export const BAD_FATES = [
  "no_line",
  "request_lost",
  "answer_lost",
  "answer_lost",
  "twice",
  "astray",
  "slow",
] as const;

export type LineFate = "arrives" | (typeof BAD_FATES)[number];

/** A message that went astray comes at last. */
export const ASTRAY_MS_MAX = 90_000;
export const SLOW_MS_MAX = 12_000;
