/** What the left side leads to. */
export interface Section {
  /** First part of its path, and the key of its words in i18n/zh.ts. */
  readonly name: SectionName;
  /** Any of these opens it. */
  readonly permissions: readonly string[];
}

export type SectionName =
  | "organisations"
  | "organisation-import"
  | "accounts"
  | "roles"
  | "rights-requests"
  | "rights-explanation";

export type GroupName = "directory" | "rights";

export interface SectionGroup {
  readonly name: GroupName;
  readonly sections: readonly Section[];
}

const GROUPS: readonly SectionGroup[] = [
  {
    name: "directory",
    sections: [
      { name: "organisations", permissions: ["organisation.read"] },
      { name: "organisation-import", permissions: ["organisation.change"] },
      { name: "accounts", permissions: ["account.read"] },
    ],
  },
  {
    name: "rights",
    sections: [
      { name: "roles", permissions: ["rights.read"] },
      { name: "rights-requests", permissions: ["rights.read", "rights.request"] },
      { name: "rights-explanation", permissions: ["rights.read"] },
    ],
  },
];

/** Groups with what these permissions open; groups that would be empty are left out. */
export function groupsFor(permissions: ReadonlySet<string>): readonly SectionGroup[] {
  return GROUPS
    .map(({ name, sections }) => ({
      name,
      sections: sections.filter((section) => isOpenFor(section, permissions)),
    }))
    .filter(({ sections }) => sections.length > 0);
}

export function findSection(name: string): Section | null {
  return GROUPS.flatMap(({ sections }) => sections).find((section) => section.name === name) ??
    null;
}

export function isOpenFor(section: Section, permissions: ReadonlySet<string>): boolean {
  return section.permissions.some((permission) => permissions.has(permission));
}
