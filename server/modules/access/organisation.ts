/** The tree city → town → centre → station (R-ORG-01). */

export type OrganisationKind = "city" | "town" | "centre" | "station";

export interface Organisation {
  readonly id: string;
  readonly parentId: string | null;
  readonly kind: OrganisationKind;
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
