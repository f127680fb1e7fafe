import type { QueryCreator, QueryExecutorProvider, Transaction } from "kysely";
import type { RowTags } from "../../platform/row_tags.ts";
import { byKeys } from "../../platform/row_keys.ts";
import { isUnchanged, tagAfter, tagOf } from "../../platform/tagged_table.ts";
import { timeOfId } from "../../platform/ids.ts";
import { insertIfAbsent } from "../../platform/upsert.ts";
import { REFUND_ACT_TAGGED, REFUND_REQUEST_TAGGED, type RefundTables } from "./tables.ts";

export type RequestRow = RefundTables["refund_request"];
export type ActRow = RefundTables["refund_act"];

/** An order has few; more are somebody's mistake. */
export const REFUNDS_PER_ORDER_MAX = 50;

export async function findRequest(
  db: QueryCreator<RefundTables>,
  id: string,
): Promise<RequestRow | null> {
  const row = await db.selectFrom("refund_request").selectAll()
    .where("id", "=", id).where("at", "=", timeOfId(id)).executeTakeFirst();
  return row ?? null;
}

export async function lockRequest(
  tx: Transaction<RefundTables>,
  id: string,
): Promise<RequestRow | null> {
  const row = await tx.selectFrom("refund_request").selectAll()
    .where("id", "=", id).where("at", "=", timeOfId(id)).forUpdate().executeTakeFirst();
  return row ?? null;
}

export async function selectRequestsOf(
  db: QueryCreator<RefundTables>,
  orderIds: readonly string[],
): Promise<RequestRow[]> {
  if (orderIds.length === 0) return [];
  return await db.selectFrom("refund_request").selectAll()
    .where("order_id", "in", orderIds).orderBy("id")
    .limit(orderIds.length * REFUNDS_PER_ORDER_MAX).execute();
}

/** Those of these ids that are there, oldest first. */
export async function selectRequests(
  db: QueryCreator<RefundTables>,
  ids: readonly string[],
): Promise<RequestRow[]> {
  const keys = ids.map((id) => ({ id, at: timeOfId(id) }));
  const rows = await byKeys(
    keys,
    (chosen, times) =>
      db.selectFrom("refund_request").selectAll()
        .where("id", "in", chosen).where("at", "in", times).execute(),
  );
  return rows.sort((left, right) => left.id < right.id ? -1 : 1);
}

/** False when the request is there already. */
export async function insertRequest(
  tx: Transaction<RefundTables>,
  tags: RowTags,
  row: Omit<RequestRow, "tag">,
): Promise<boolean> {
  const tag = await tagOf(tags, REFUND_REQUEST_TAGGED, row);
  return await insertIfAbsent(tx, "refund_request", { ...row, tag }, ["id", "at"]);
}

/** The caller holds the row's lock. */
export async function updateRequest(
  tx: Transaction<RefundTables>,
  tags: RowTags,
  { before, change }: { readonly before: RequestRow; readonly change: Partial<RequestRow> },
): Promise<void> {
  const after = { ...before, ...change };
  const tag = await tagAfter(tx, tags, { tagged: REFUND_REQUEST_TAGGED, before, after });
  await tx.updateTable("refund_request").set({ ...change, tag })
    .where("id", "=", before.id).where("at", "=", before.at).execute();
}

export async function isAsWritten(
  db: QueryExecutorProvider,
  tags: RowTags,
  row: RequestRow,
): Promise<boolean> {
  return await isUnchanged(db, tags, { tagged: REFUND_REQUEST_TAGGED, row });
}

export async function findLast(
  db: QueryCreator<RefundTables>,
  orderId: string,
): Promise<string | null> {
  const row = await db.selectFrom("refund_last").select("refund_id")
    .where("order_id", "=", orderId).executeTakeFirst();
  return row?.refund_id ?? null;
}

export async function selectLast(
  db: QueryCreator<RefundTables>,
  orderIds: readonly string[],
): Promise<RefundTables["refund_last"][]> {
  if (orderIds.length === 0) return [];
  return await db.selectFrom("refund_last").selectAll().where("order_id", "in", orderIds).execute();
}

/**
 * Makes a refund the order's last in place of the one that was seen to have ended; false when
 * another was faster. One row an order: of any number that try, one goes on.
 */
export async function takeTurn(
  tx: Transaction<RefundTables>,
  { orderId, refundId, after }: {
    readonly orderId: string;
    readonly refundId: string;
    readonly after: string | null;
  },
): Promise<boolean> {
  if (after === null) {
    const row = { order_id: orderId, refund_id: refundId };
    return await insertIfAbsent(tx, "refund_last", row, ["order_id"]);
  }
  const result = await tx.updateTable("refund_last").set({ refund_id: refundId })
    .where("order_id", "=", orderId).where("refund_id", "=", after).executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** What a correction may have taken out of the books again. */
const STATED_AGAIN: ReadonlySet<ActRow["kind"]> = new Set(["insurance_done", "cash_done"]);

/** False when such an act is there already, or waits under another id. */
export async function insertAct(
  tx: Transaction<RefundTables>,
  tags: RowTags,
  row: Omit<ActRow, "tag">,
): Promise<boolean> {
  const others = await tx.selectFrom("refund_act").select("id")
    .where("refund_id", "=", row.refund_id).where("kind", "=", row.kind)
    .where("state", "in", STATED_AGAIN.has(row.kind) ? ["asked"] : ["asked", "done"]).execute();
  if (others.length > 0) return false;
  const tag = await tagOf(tags, REFUND_ACT_TAGGED, row);
  return await insertIfAbsent(tx, "refund_act", { ...row, tag }, ["id"]);
}

export async function selectActs(
  db: QueryCreator<RefundTables>,
  refundId: string,
): Promise<ActRow[]> {
  return await db.selectFrom("refund_act").selectAll()
    .where("refund_id", "=", refundId).orderBy("asked_at").orderBy("id").execute();
}

export async function selectActsOf(
  db: QueryCreator<RefundTables>,
  refundIds: readonly string[],
): Promise<Pick<ActRow, "id">[]> {
  if (refundIds.length === 0) return [];
  return await db.selectFrom("refund_act").select("id").where("refund_id", "in", refundIds)
    .execute();
}

/** What staff wrote on these requests and their acts; resolves with how many requests. */
export async function eraseWritten(
  tx: Transaction<RefundTables>,
  requests: readonly Pick<RequestRow, "id" | "at">[],
): Promise<number> {
  if (requests.length === 0) return 0;
  const ids = requests.map(({ id }) => id);
  await tx.updateTable("refund_act").set({ evidence_sealed: null })
    .where("refund_id", "in", ids).execute();
  const erased = await tx.updateTable("refund_request")
    .set({ note_sealed: null, decision_note_sealed: null })
    .where("id", "in", ids).where("at", "in", requests.map(({ at }) => at)).executeTakeFirst();
  return Number(erased.numUpdatedRows);
}

export async function lockAct(tx: Transaction<RefundTables>, id: string): Promise<ActRow | null> {
  const row = await tx.selectFrom("refund_act").selectAll().where("id", "=", id).forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

export async function isActAsWritten(
  db: QueryExecutorProvider,
  tags: RowTags,
  row: ActRow,
): Promise<boolean> {
  return await isUnchanged(db, tags, { tagged: REFUND_ACT_TAGGED, row });
}

export async function updateAct(
  tx: Transaction<RefundTables>,
  tags: RowTags,
  { before, change }: { readonly before: ActRow; readonly change: Partial<ActRow> },
): Promise<void> {
  const after = { ...before, ...change };
  const tag = await tagAfter(tx, tags, { tagged: REFUND_ACT_TAGGED, before, after });
  await tx.updateTable("refund_act").set({ ...change, tag }).where("id", "=", before.id).execute();
}
