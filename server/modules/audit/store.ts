import { CompiledQuery, type QueryCreator, type Transaction } from "kysely";
import { hurried } from "../../platform/hurried_query.ts";
import type { AuditEventRow } from "./canonical_form.ts";
import type { AuditEventId } from "./event.ts";
import type { AuditTables } from "./tables.ts";

/** In the order of their values in the statement. */
const COLUMNS = [
  "id",
  "at",
  "stream_id",
  "kind",
  "result",
  "reason",
  "actor_kind",
  "actor_id",
  "actor_name",
  "actor_organisation_id",
  "session_id",
  "address",
  "trace_id",
  "object_id",
  "terminal_id",
  "patient_id",
  "order_id",
  "fields",
  "tag",
] as const satisfies readonly (keyof AuditEventRow)[];

/** Written as text once: every deed of a visit pays for what building it anew would cost. */
const INSERT_ONE = insertText(1);

export async function insertEvents(
  tx: Transaction<AuditTables>,
  rows: readonly AuditEventRow[],
): Promise<void> {
  const text = rows.length === 1 ? INSERT_ONE : insertText(rows.length);
  const values = rows.flatMap((row) => COLUMNS.map((column) => row[column]));
  await tx.executeQuery(hurried(CompiledQuery.raw(text, values)));
}

function insertText(rows: number): string {
  const places = Array.from({ length: rows }, (_, row) => {
    const own = COLUMNS.map((_, at) => `$${row * COLUMNS.length + at + 1}`);
    return `(${own.join(", ")})`;
  });
  return `insert into "audit_event" (${COLUMNS.map((column) => `"${column}"`).join(", ")}) ` +
    `values ${places.join(", ")}`;
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
