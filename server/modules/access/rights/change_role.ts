import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { isAddressRange } from "../../../platform/address_range.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { Caller } from "../caller.ts";
import { type Duty, mayHold, type Permission } from "../permission.ts";
import { requireVersion } from "../row_version.ts";
import type { AccessTables } from "../tables.ts";
import { type ChangeRoleBody, type CreateRoleBody, ROLES_MAX, type RoleView } from "./contract.ts";
import { roleVersion, toRoleView } from "./list_rights.ts";
import { inRanges } from "./role.ts";
import { raiseHolders } from "./role_holders.ts";
import {
  countRoles,
  deleteRoleRow,
  findRoleRow,
  insertRole,
  isRoleName,
  isRoleUsed,
  lockRole,
  updateRole,
} from "./store.ts";
import { changed, withTag } from "./tagged_rows.ts";

export interface ChangeRolesDeps {
  readonly db: Kysely<AccessTables & AuditTables>;
  readonly clock: Clock;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
}

type RoleRow = AccessTables["role"];

export async function createRole(
  deps: ChangeRolesDeps,
  caller: Caller,
  body: CreateRoleBody,
): Promise<RoleView> {
  const { id, name, duty } = body;
  requireHoldable(duty, body.permissions);
  const row = await withTag(deps.rowTags, "role", {
    id,
    name,
    duty,
    builtin: false,
    permissions: permissionsText(body.permissions),
    addresses: addressesText(body.addresses),
    changed_at: deps.clock.now(),
  });
  await deps.db.transaction().execute(async (tx) => {
    if (await countRoles(tx) >= ROLES_MAX) throw refusal("too_many_roles", String(ROLES_MAX));
    if (await findRoleRow(tx, id)) throw refusal("id_taken", id);
    if (!await insertRole(tx, row)) throw refusal("name_taken", name);
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.role_created",
      result: "succeeded",
      objectId: id,
      fields: { name, duty, permissions: row.permissions },
    }]);
  });
  return toRoleView(row);
}

/**
 * The duty stays; of built-in roles all but the addresses. Throws DomainError
 * `access.changed_meanwhile`.
 */
export async function changeRole(
  deps: ChangeRolesDeps,
  caller: Caller,
  { id, body }: { readonly id: string; readonly body: ChangeRoleBody },
): Promise<RoleView> {
  return await deps.db.transaction().execute(async (tx) => {
    const before = await lockKnown(tx, id);
    requireVersion(body.version, roleVersion(before));
    await requireChangeable(tx, before, body);
    await requireNotWidened(tx, before, body.permissions ?? []);
    requireWayBack(before, caller, body.addresses ?? null);
    const to = { ...changesOf(body), changed_at: deps.clock.now() };
    const row = await changed(deps.rowTags, "role", { row: before, to });
    await updateRole(tx, row);
    await raiseHolders(deps, tx, id);
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.role_changed",
      result: "succeeded",
      objectId: id,
      fields: { before: told(before), after: told(row) },
    }]);
    return toRoleView(row);
  });
}

/** One that was never granted nor asked for. */
export async function deleteRole(
  deps: ChangeRolesDeps,
  caller: Caller,
  id: string,
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const row = await lockKnown(tx, id);
    if (row.builtin) throw refusal("builtin_role", row.name);
    if (await isRoleUsed(tx, id)) throw refusal("role_in_use", row.name);
    await deleteRoleRow(tx, id);
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.role_deleted",
      result: "succeeded",
      objectId: id,
      fields: { name: row.name },
    }]);
  });
}

async function lockKnown(tx: Transaction<AccessTables>, id: string): Promise<RoleRow> {
  const row = await lockRole(tx, id);
  if (!row) throw refusal("not_found", id);
  return row;
}

async function requireChangeable(
  tx: Transaction<AccessTables>,
  { builtin, name, duty }: RoleRow,
  body: ChangeRoleBody,
): Promise<void> {
  const isMore = body.name !== undefined || body.permissions !== undefined;
  if (builtin && isMore) throw refusal("builtin_role", name);
  if (body.permissions) requireHoldable(duty, body.permissions);
  const isRenamed = body.name !== undefined && body.name !== name;
  if (isRenamed && await isRoleName(tx, body.name ?? "")) {
    throw refusal("name_taken", body.name ?? "");
  }
}

/**
 * What a role gives its holders was asked for by one and approved by another: more of it would be
 * one's own approval. A wider role is made anew and asked for.
 */
async function requireNotWidened(
  tx: Transaction<AccessTables>,
  { id, name, permissions }: RoleRow,
  to: readonly Permission[],
): Promise<void> {
  const held: readonly string[] = JSON.parse(permissions);
  if (to.every((permission) => held.includes(permission))) return;
  if (await isRoleUsed(tx, id)) throw refusal("role_held", name);
}

/** A security administrator who shuts his own duty out could not open it again. */
function requireWayBack(
  { duty, name }: RoleRow,
  caller: Caller,
  addresses: readonly string[] | null,
): void {
  if (addresses === null || duty !== caller.duty) return;
  if (!inRanges(addresses, caller.actor.address)) throw refusal("locks_you_out", name);
}

function requireHoldable(duty: Duty, permissions: readonly Permission[]): void {
  const excluded = permissions.find((permission) => !mayHold(duty, permission));
  if (excluded) throw refusal("duty_excludes", excluded);
}

function changesOf(body: ChangeRoleBody): Partial<RoleRow> {
  const { name, permissions, addresses } = body;
  return {
    ...(name !== undefined && { name }),
    ...(permissions && { permissions: permissionsText(permissions) }),
    ...(addresses !== undefined && { addresses: addressesText(addresses) }),
  };
}

function permissionsText(permissions: readonly Permission[]): string {
  return JSON.stringify([...new Set(permissions)].sort());
}

function addressesText(addresses: readonly string[] | null): string | null {
  if (addresses === null) return null;
  const wrong = addresses.find((range) => !isAddressRange(range));
  if (wrong !== undefined) {
    throw new DomainError("access.malformed", `Cannot read address range "${wrong}"`, {
      detail: "addresses",
    });
  }
  return JSON.stringify([...new Set(addresses)].sort());
}

function told({ name, permissions, addresses }: RoleRow): string {
  return JSON.stringify({ name, permissions, addresses });
}

function refusal(reason: string, value: string): DomainError {
  return new DomainError(`access.${reason}`, `Cannot do this with role "${value}": ${reason}`, {
    detail: value,
  });
}
