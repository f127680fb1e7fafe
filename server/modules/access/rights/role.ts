import { z } from "zod";
import { addressRanges, isAddressRange } from "../../../platform/address_range.ts";
import { isPermission, mayHold, type Permission } from "../permission.ts";
import type { AccessTables } from "../tables.ts";

/** A set of permissions of one duty (R-ORG-03), as far as it may count. */
export interface Role {
  readonly id: string;
  readonly name: string;
  /** Those this version knows and the duty may hold; sorted. */
  readonly permissions: readonly Permission[];
  /** CIDR ranges a caller must come from; null for everywhere. */
  readonly addresses: readonly string[] | null;
}

const texts = z.array(z.string());

/** Throws where the row's JSON is not ours: a row whose tag fits never is. */
export function toRole(row: AccessTables["role"]): Role {
  const listed = texts.parse(JSON.parse(row.permissions));
  return {
    id: row.id,
    name: row.name,
    permissions: listed.filter(isPermission).filter((text) => mayHold(row.duty, text)).sort(),
    addresses: row.addresses === null ? null : texts.parse(JSON.parse(row.addresses)),
  };
}

/** What is no address lies in no range, and a range that cannot be read has none. */
export function inRanges(ranges: readonly string[], address: string | null): boolean {
  return address !== null && addressRanges(ranges.filter(isAddressRange)).has(address);
}
