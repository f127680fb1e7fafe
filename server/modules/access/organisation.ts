/** The tree city → town → centre → station (R-ORG-01). */

export type OrganisationKind = "city" | "town" | "centre" | "station";

/** What an institution is; of the kinds centre and station alone. */
export const INSTITUTION_TYPES = [
  "community_health_centre",
  "community_health_station",
  "hospital",
  "social_security",
  "other",
] as const;

export type InstitutionType = typeof INSTITUTION_TYPES[number];

export interface Organisation {
  readonly id: string;
  readonly parentId: string | null;
  readonly kind: OrganisationKind;
  /** Null for the city and towns. */
  readonly type: InstitutionType | null;
  /** Of institutions the fixmedins_code, of towns and the city the area code. */
  readonly code: string;
  readonly name: string;
  readonly staffPhone: string | null;
  readonly path: string;
}

/** Ids from the city down to the node itself. */
export function pathIds(organisation: Organisation): string[] {
  return organisation.path.split("/").filter((id) => id !== "");
}

export function childPath(parent: Organisation | null, id: string): string {
  return `${parent?.path ?? "/"}${id}/`;
}
