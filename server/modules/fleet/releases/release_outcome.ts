/**
 * What became of a release on a terminal. `left`: it flipped back. `declined`: it was not taken.
 * `refused`: its files do not fit, and the terminal does not run it.
 */
export const RELEASE_OUTCOMES = [
  "staged",
  "switched",
  "trial_started",
  "committed",
  "left",
  "declined",
  "refused",
] as const;

export type ReleaseOutcome = typeof RELEASE_OUTCOMES[number];

/** By the kind of a terminal's event (`terminal/releases/`); others tell of no release. */
export function releaseOutcome(kind: string): ReleaseOutcome | null {
  return RELEASE_OUTCOMES.find((outcome) => kind === `release.${outcome}`) ?? null;
}
