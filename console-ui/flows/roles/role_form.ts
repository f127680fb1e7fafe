import type { RoleView } from "../../../server/modules/access/rights/contract.ts";

export type Duty = RoleView["duty"];

export const DUTIES: readonly Duty[] = ["system", "security", "audit", "business"];

export interface RoleFields {
  readonly name: string;
  readonly duty: Duty;
  readonly permissions: readonly string[];
  /** Null for everywhere. */
  readonly addresses: string[] | null;
}

export function roleFieldsOf(
  fields: Readonly<Record<string, string>>,
  permissions: readonly string[],
): RoleFields {
  const addresses = (fields["addresses"] ?? "").split(/\s+/).filter((line) => line !== "");
  return {
    name: fields["name"] ?? "",
    duty: dutyOf(fields["duty"]),
    permissions,
    addresses: addresses.length === 0 ? null : addresses,
  };
}

export function dutyOf(text: string | undefined): Duty {
  return DUTIES.find((duty) => duty === text) ?? "business";
}
