import type { TerminalsQuery } from "../../../server/modules/fleet/console/contract.ts";

export const RELEASES = [
  "left",
  "declined",
  "refused",
  "staged",
  "switched",
  "trial_started",
  "committed",
] as const;
const STATES = ["active", "suspended", "retired"] as const;

/** What an address asks for; words that no state has are left out. */
export function queryOf(filter: Readonly<Record<string, string>>): Partial<TerminalsQuery> {
  const { number = "", organisationId = "" } = filter;
  const state = STATES.find((each) => each === filter["state"]);
  const release = RELEASES.find((each) => each === filter["release"]);
  return {
    ...(number !== "" && { number }),
    ...(organisationId !== "" && { organisationId }),
    ...(state && { state }),
    ...(release && { release }),
  };
}
