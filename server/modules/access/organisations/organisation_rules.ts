import type { InstitutionType, Organisation, OrganisationKind } from "../organisation.ts";

/** What holds for every node of the tree, however it comes in. */

/** A station stands below a centre, or where a town has none, below the town. */
const PARENTS: Readonly<Record<OrganisationKind, readonly OrganisationKind[]>> = {
  city: [],
  town: ["city"],
  centre: ["town"],
  station: ["centre", "town"],
};

export function mayStandBelow(kind: OrganisationKind, parent: OrganisationKind): boolean {
  return PARENTS[kind].includes(parent);
}

/** fixmedins_code of 医保; area code of GB/T 2260, or of towns the statistical one (12 digits). */
const CODES: Readonly<Record<OrganisationKind, RegExp>> = {
  city: /^\d{6}$/,
  town: /^(\d{6}|\d{12})$/,
  centre: /^[A-Z][0-9A-Z]{11}$/,
  station: /^[A-Z][0-9A-Z]{11}$/,
};

export function isCodeOf(kind: OrganisationKind, code: string): boolean {
  return CODES[kind].test(code);
}

export function mayHaveType(kind: OrganisationKind, type: InstitutionType | null): boolean {
  return (type === null) === (kind === "city" || kind === "town");
}

/** Does anything but the place in the tree differ? */
export function differs(left: Organisation, right: Organisation): boolean {
  return left.name !== right.name || left.type !== right.type ||
    left.staffPhone !== right.staffPhone;
}
