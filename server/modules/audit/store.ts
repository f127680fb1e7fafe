import type { QueryCreator, Transaction } from "kysely";
import type { AuditEventRow } from "./canonical_form.ts";
import type { AuditEventId } from "./event.ts";
import type { AuditTables } from "./tables.ts";

export async function insertEvents(
  tx: Transaction<AuditTables>,
  rows: readonly AuditEventRow[],
): Promise<void> {
  await tx.insertInto("audit_event").values(rows).execute();
}

/** Is there an event of this kind about this object? Goes over the whole trail: asked rarely. */
export async function hasEvent(
  db: QueryCreator<AuditTables>,
  { kind, objectId }: { readonly kind: AuditEventId; readonly objectId: string },
): Promise<boolean> {
  const row = await db.selectFrom("audit_event").select("id")
    .where("kind", "=", kind).where("object_id", "=", objectId).limit(1).executeTakeFirst();
  return row !== undefined;
}
