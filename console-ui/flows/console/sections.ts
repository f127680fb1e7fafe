/** What the left side leads to. */
export interface Section {
  /** First part of its path, and the key of its words in i18n/zh.ts. */
  readonly name: SectionName;
  /** Any of these opens it; none are needed for what is one's own. */
  readonly permissions: readonly string[];
}

export type SectionName =
  | "terminals"
  | "terminal-enrolments"
  | "terminal-import"
  | "settings"
  | "orders"
  | "refunds"
  | "holds"
  | "in-flight"
  | "payment-requests"
  | "trial-balance"
  | "parties"
  | "persons"
  | "relative-consents"
  | "own"
  | "organisations"
  | "organisation-import"
  | "accounts"
  | "roles"
  | "rights-requests"
  | "rights-explanation"
  | "policies"
  | "sessions"
  | "programs"
  | "protection"
  | "audit"
  | "audit-chain"
  | "evidence-packs";

export type GroupName =
  | "terminals"
  | "patients"
  | "own"
  | "directory"
  | "rights"
  | "security"
  | "audit";

export interface SectionGroup {
  readonly name: GroupName;
  readonly sections: readonly Section[];
}

const GROUPS: readonly SectionGroup[] = [
  {
    name: "terminals",
    sections: [
      { name: "terminals", permissions: ["terminal.read"] },
      { name: "terminal-enrolments", permissions: ["terminal.approve"] },
      { name: "terminal-import", permissions: ["terminal.change"] },
      { name: "settings", permissions: ["setting.read"] },
    ],
  },
  {
    name: "patients",
    sections: [
      { name: "orders", permissions: ["order.read"] },
      { name: "refunds", permissions: ["refund.read"] },
      { name: "holds", permissions: ["order.read"] },
      { name: "in-flight", permissions: ["order.read"] },
      { name: "payment-requests", permissions: ["order.read"] },
      { name: "trial-balance", permissions: ["ledger.read"] },
      { name: "parties", permissions: ["party.read"] },
      { name: "persons", permissions: ["person.read"] },
      { name: "relative-consents", permissions: ["relative.read"] },
    ],
  },
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
  {
    name: "security",
    sections: [
      { name: "policies", permissions: ["policy.read"] },
      { name: "sessions", permissions: ["session.read"] },
      { name: "programs", permissions: ["program.change"] },
      { name: "protection", permissions: ["integrity.read"] },
    ],
  },
  {
    name: "audit",
    sections: [
      { name: "audit", permissions: ["audit.read"] },
      { name: "audit-chain", permissions: ["audit.read"] },
      { name: "evidence-packs", permissions: ["audit.export"] },
    ],
  },
  { name: "own", sections: [{ name: "own", permissions: [] }] },
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
  return section.permissions.length === 0 ||
    section.permissions.some((permission) => permissions.has(permission));
}
