import type { Transaction } from "kysely";
import type { AuditEventRow } from "./canonical_form.ts";
import type { AuditTables } from "./tables.ts";

export async function insertEvents(
  tx: Transaction<AuditTables>,
  rows: readonly AuditEventRow[],
): Promise<void> {
  await tx.insertInto("audit_event").values(rows).execute();
}
