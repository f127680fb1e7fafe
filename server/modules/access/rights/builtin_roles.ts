import type { Transaction } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { newId } from "../../../platform/ids.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { type Duty, isPermission, mayHold, type Permission, PERMISSIONS } from "../permission.ts";
import type { AccessTables } from "../tables.ts";
import { insertRole, listBuiltinRoles, updateRole } from "./store.ts";
import { raiseHolders } from "./role_holders.ts";
import { changed, withTag } from "./tagged_rows.ts";

interface BuiltinRole {
  readonly name: string;
  readonly duty: Duty;
  readonly permissions: readonly Permission[];
}

/** Each administrator's with everything of the duty, and what a hospital's people do. */
const BUILTIN_ROLES: readonly BuiltinRole[] = [
  { name: "系统管理员", duty: "system", permissions: allOf("system") },
  { name: "安全管理员", duty: "security", permissions: allOf("security") },
  { name: "审计管理员", duty: "audit", permissions: allOf("audit") },
  {
    name: "机构负责人",
    duty: "business",
    permissions: [
      "organisation.read",
      "rights.request",
      "terminal.read",
      "order.read",
      "order.approve",
      "refund.read",
      "refund.approve",
    ],
  },
  {
    name: "运维人员",
    duty: "business",
    permissions: ["organisation.read", "setting.read", "terminal.read", "party.read"],
  },
  {
    name: "财务人员",
    duty: "business",
    permissions: [
      "organisation.read",
      "order.read",
      "order.work",
      "order.approve",
      "party.read",
      "ledger.read",
      "refund.read",
      "refund.approve",
    ],
  },
  {
    name: "收费人员",
    duty: "business",
    permissions: [
      "organisation.read",
      "order.read",
      "refund.read",
      "refund.request",
      "relative.read",
      "relative.withdraw",
    ],
  },
  {
    // For programs of hospitals: their slips, and nothing of anybody's payment.
    name: "医院系统",
    duty: "business",
    permissions: ["payment.request"],
  },
  {
    name: "客服人员",
    duty: "business",
    permissions: [
      "organisation.read",
      "terminal.read",
      "order.read",
      "person.read",
      "relative.read",
    ],
  },
  {
    name: "个人信息保护专员",
    duty: "business",
    permissions: [
      "organisation.read",
      "person.read",
      "person.reveal",
      "person.export",
      "person.erase",
    ],
  },
];

export interface BuiltinRolesDeps {
  readonly clock: Clock;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
}

type Tx = Transaction<AccessTables & AuditTables>;

/** Makes those that are missing; those of an earlier version get what this one gives them. */
export async function keepBuiltinRoles(
  deps: BuiltinRolesDeps,
  tx: Tx,
  actor: Actor,
): Promise<ReadonlyMap<string, AccessTables["role"]>> {
  const known = new Map((await listBuiltinRoles(tx)).map((row) => [row.name, row]));
  for (const role of BUILTIN_ROLES) {
    const before = known.get(role.name);
    const permissions = JSON.stringify([...role.permissions].sort());
    if (!before) known.set(role.name, await make(deps, { tx, actor, role, permissions }));
    else if (before.permissions !== permissions) {
      known.set(role.name, await renew(deps, { tx, actor, before, permissions }));
    }
  }
  return known;
}

async function make(
  { clock, rowTags, audit }: BuiltinRolesDeps,
  { tx, actor, role, permissions }: {
    readonly tx: Tx;
    readonly actor: Actor;
    readonly role: BuiltinRole;
    readonly permissions: string;
  },
): Promise<AccessTables["role"]> {
  const { name, duty } = role;
  const now = clock.now();
  const plain = { name, duty, builtin: true, permissions, addresses: null, changed_at: now };
  const row = await withTag(rowTags, "role", { id: newId(now), ...plain });
  await insertRole(tx, row);
  await audit.record(tx, actor, [{
    kind: "access.role_created",
    result: "succeeded",
    objectId: row.id,
    fields: { name, duty, permissions },
  }]);
  return row;
}

async function renew(
  { clock, rowTags, audit }: BuiltinRolesDeps,
  { tx, actor, before, permissions }: {
    readonly tx: Tx;
    readonly actor: Actor;
    readonly before: AccessTables["role"];
    readonly permissions: string;
  },
): Promise<AccessTables["role"]> {
  const to = { permissions, changed_at: clock.now() };
  const row = await changed(rowTags, "role", { row: before, to });
  await updateRole(tx, row);
  await raiseHolders({ rowTags }, tx, row.id);
  await audit.record(tx, actor, [{
    kind: "access.role_changed",
    result: "succeeded",
    objectId: row.id,
    fields: { before: before.permissions, after: permissions },
  }]);
  return row;
}

function allOf(duty: Duty): Permission[] {
  return Object.keys(PERMISSIONS).filter(isPermission).filter((name) => mayHold(duty, name));
}
