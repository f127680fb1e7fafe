import { type Kysely, sql } from "kysely";
import { SCHEMA_LOCK } from "./partitions.ts";

/** What the role of the application may do beside selecting, by table; of all others nothing. */
export interface GrantPlan {
  /** Insert only. */
  readonly added: readonly string[];
  /** Insert and update. */
  readonly kept: readonly string[];
  /** Insert and delete. */
  readonly replaced: readonly string[];
  /** Update only: rows the migrations made. */
  readonly moved: readonly string[];
  /** Insert, update and delete. */
  readonly changed: readonly string[];
}

type Privilege = "insert" | "update" | "delete";

const PRIVILEGES: Readonly<Record<keyof GrantPlan, readonly Privilege[]>> = {
  added: ["insert"],
  kept: ["insert", "update"],
  replaced: ["insert", "delete"],
  moved: ["update"],
  changed: ["insert", "update", "delete"],
};

/** Beside selecting, by table; a table that is not there may only be read. */
export function privilegesByTable(plan: GrantPlan): ReadonlyMap<string, readonly Privilege[]> {
  const groups = ["added", "kept", "replaced", "moved", "changed"] as const;
  return new Map(
    groups.flatMap((group) => plan[group].map((table) => [table, PRIVILEGES[group]] as const)),
  );
}

const PARTITION = /_y\d{4}m\d{2}$/;
const ROLE = /^[a-z_][a-z0-9_]{0,62}$/;

export function isRoleName(text: string): boolean {
  return ROLE.test(text);
}

/**
 * Grants `role` just what the application needs, and takes away what it had beyond that; run by the
 * tables' owner after every migration. Partitions are reached through their tables: of them it sees
 * only that they exist. Throws RangeError for what is no plain role name.
 */
export async function grantTables<Tables>(
  db: Kysely<Tables>,
  role: string,
  plan: GrantPlan,
): Promise<void> {
  if (!isRoleName(role)) {
    throw new RangeError(`Cannot grant to "${role}": expected a plain role name`);
  }
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${SCHEMA_LOCK})`.execute(tx);
    const { rows } = await sql<{ name: string; schema: string }>`
      select table_name as name, table_schema as schema from information_schema.tables
      where table_schema = current_schema() and table_type = 'BASE TABLE'`.execute(tx);
    const to = sql.ref(role);
    const planned = privilegesByTable(plan);
    for (const { name } of rows) {
      const table = sql.table(name);
      await sql`revoke all on ${table} from ${to}`.execute(tx);
      const privileges = ["select", ...PARTITION.test(name) ? [] : planned.get(name) ?? []];
      await sql`grant ${sql.raw(privileges.join(", "))} on ${table} to ${to}`.execute(tx);
    }
    const schema = sql.ref(rows[0]?.schema ?? "public");
    await sql`grant usage on schema ${schema} to ${to}`.execute(tx);
    await sql`revoke create on schema ${schema} from ${to}`.execute(tx);
    // Of partitions made later.
    await sql`alter default privileges in schema ${schema} grant select on tables to ${to}`
      .execute(tx);
  });
}

/** Which of these tables the present role could change past the application. */
export async function changeableTables<Tables>(
  db: Kysely<Tables>,
  tables: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const table of tables) {
    const { rows: [row] } = await sql<{ may: boolean }>`
      select has_table_privilege(${table}, 'update') or has_table_privilege(${table}, 'delete')
        or has_table_privilege(${table}, 'truncate') as may`.execute(db);
    if (row?.may) found.push(table);
  }
  return found;
}
