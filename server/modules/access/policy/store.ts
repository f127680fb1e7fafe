import type { QueryCreator, Selectable, Transaction } from "kysely";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { PolicyKind } from "./contract.ts";
import type { AccessTables } from "../tables.ts";
import type { PolicyTables } from "./tables.ts";

export type PolicyRow = Selectable<PolicyTables["security_policy"]>;

export async function findPolicyRow(
  db: QueryCreator<PolicyTables>,
  kind: PolicyKind,
): Promise<PolicyRow | null> {
  const row = await db.selectFrom("security_policy").selectAll().where("kind", "=", kind)
    .executeTakeFirst();
  return row ?? null;
}

/** False when somebody else changed it from `version` meanwhile; 0 where no row is yet. */
export async function replacePolicyRow(
  tx: Transaction<PolicyTables>,
  row: PolicyRow,
  version: bigint,
): Promise<boolean> {
  if (version === 0n) return await insertIfAbsent(tx, "security_policy", row, ["kind"]);
  const { kind, ...values } = row;
  const result = await tx.updateTable("security_policy").set(values)
    .where("kind", "=", kind).where("version", "=", version).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function findPolicyView(
  db: QueryCreator<PolicyTables & Pick<AccessTables, "account">>,
  kind: PolicyKind,
): Promise<{ readonly row: PolicyRow; readonly login: string } | null> {
  const found = await db.selectFrom("security_policy")
    .innerJoin("account", "account.id", "security_policy.changed_by")
    .selectAll("security_policy").select("account.login")
    .where("security_policy.kind", "=", kind).executeTakeFirst();
  if (!found) return null;
  const { login, ...row } = found;
  return { row, login };
}
