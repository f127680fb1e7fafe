import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import { isUnchanged } from "../../../platform/tagged_table.ts";
import type { Rights } from "../caller.ts";
import type { Permission } from "../permission.ts";
import { scopeOfPaths } from "../scope.ts";
import { type AccessTables, ORGANISATION_TAGGED } from "../tables.ts";

import type { BrokenRow, BrokenRows } from "./broken_rows.ts";
import { inRanges, type Role, toRole } from "./role.ts";
import { findAccountRow, type HeldGrant, listHeldGrants } from "./store.ts";
import { accountColumns, grantColumns, roleColumns } from "./tagged_rows.ts";

export interface EffectiveRightsDeps {
  readonly db: Kysely<AccessTables>;
  readonly clock: Clock;
  readonly rowTags: RowTags;
  readonly brokenRows: BrokenRows;
}

/** Why an account can do nothing at all. */
export type AccountTrouble = "disabled" | "closed" | "expired" | "broken";

/** Why a grant gives nothing. */
export type GrantTrouble = "expired" | "address" | "broken";

export interface EffectiveRights {
  readonly account: Omit<AccessTables["account"], "name_sealed" | "tag">;
  readonly trouble: AccountTrouble | null;
  /** Empty when there is a trouble. */
  readonly rights: Rights;
}

export interface JudgedGrant extends HeldGrant {
  /** Null where the row of the role does not fit its tag. */
  readonly readRole: Role | null;
  readonly trouble: GrantTrouble | null;
  /** Of what it is made of: the rows that were changed past the platform. */
  readonly broken: readonly BrokenRow[];
}

/** An account holds at most so many grants that are not ended. */
export const GRANTS_HELD_MAX = 200;

/**
 * What an account may do when it comes from an address; null where there is none. What a row gives
 * whose tag does not fit is nothing, and it is told. Good for as long as the account's
 * `rights_version` and the address stay, and no expiry passes.
 */
export async function effectiveRights(
  deps: EffectiveRightsDeps,
  { accountId, address }: { readonly accountId: string; readonly address: string | null },
): Promise<EffectiveRights | null> {
  const [row, held] = await Promise.all([
    findAccountRow(deps.db, accountId),
    listHeldGrants(deps.db, { accountId, limit: GRANTS_HELD_MAX }),
  ]);
  if (!row) return null;
  const trouble = await judgeAccount(deps, row);
  const grants = await Promise.all(
    held.map((grant) => judgeGrant(deps, grant, (ranges) => inRanges(ranges, address))),
  );
  await deps.brokenRows.tell([
    ...(trouble === "broken" ? [{ table: "account", rowId: row.id }] : []),
    ...grants.flatMap(({ broken }) => broken),
  ]);
  const { name_sealed: _name, tag: _tag, ...account } = row;
  return { account, trouble, rights: trouble ? new Map() : toRights(grants) };
}

export async function judgeAccount(
  { rowTags, clock }: Pick<EffectiveRightsDeps, "rowTags" | "clock">,
  row: AccessTables["account"],
): Promise<AccountTrouble | null> {
  if (!await rowTags.fits("account", accountColumns(row), row.tag)) return "broken";
  if (row.state !== "enabled") return row.state;
  return isOver(row.expires_at, clock.now()) ? "expired" : null;
}

/** Where a grant holds is its node's path, so the node's row has to fit too. */
export async function judgeGrant(
  deps: Pick<EffectiveRightsDeps, "db" | "rowTags" | "clock">,
  held: HeldGrant,
  isFrom: (ranges: readonly string[]) => boolean,
): Promise<JudgedGrant> {
  const { grant } = held;
  const broken = await listBroken(deps, held);
  const readRole = broken.some(({ table }) => table === "role") ? null : toRole(held.role);
  const judged = { ...held, readRole, broken };
  if (broken.length > 0 || !readRole) return { ...judged, trouble: "broken" };
  if (isOver(grant.expires_at, deps.clock.now())) return { ...judged, trouble: "expired" };
  const isHere = readRole.addresses === null || isFrom(readRole.addresses);
  return { ...judged, trouble: isHere ? null : "address" };
}

async function listBroken(
  { db, rowTags }: Pick<EffectiveRightsDeps, "db" | "rowTags">,
  { grant, role, node }: HeldGrant,
): Promise<BrokenRow[]> {
  const [grantFits, roleFits, nodeFits] = await Promise.all([
    rowTags.fits("account_grant", grantColumns(grant), grant.tag),
    rowTags.fits("role", roleColumns(role), role.tag),
    isUnchanged(db, rowTags, { tagged: ORGANISATION_TAGGED, row: node }),
  ]);
  return [
    ...(grantFits ? [] : [{ table: "account_grant", rowId: grant.id }]),
    ...(roleFits ? [] : [{ table: "role", rowId: role.id }]),
    ...(nodeFits ? [] : [{ table: "organisation", rowId: node.id }]),
  ];
}

function isOver(expiresAt: Date | null, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now;
}

function toRights(grants: readonly JudgedGrant[]): Rights {
  const paths = new Map<Permission, string[]>();
  for (const { trouble, readRole, node } of grants) {
    if (trouble !== null || !readRole) continue;
    for (const permission of readRole.permissions) {
      paths.set(permission, [...paths.get(permission) ?? [], node.path]);
    }
  }
  return new Map([...paths].map(([permission, at]) => [permission, scopeOfPaths(at)]));
}
