import type { QueryCreator, Transaction } from "kysely";
import { insertIfAbsent } from "../../platform/upsert.ts";
import { inScope, type Scope } from "../access/scope.ts";
import type { AccessTables } from "../access/tables.ts";
import type { BillingTables } from "./tables.ts";

export type RequestRow = BillingTables["billing_request"];

export async function insertRequest(
  tx: Transaction<BillingTables>,
  row: RequestRow,
): Promise<boolean> {
  return await insertIfAbsent(tx, "billing_request", row, ["institution_id", "external_number"]);
}

interface RequestName {
  readonly institutionId: string;
  readonly number: string;
}

export async function findRequest(
  db: QueryCreator<BillingTables>,
  { institutionId, number }: RequestName,
): Promise<RequestRow | null> {
  const row = await db.selectFrom("billing_request").selectAll()
    .where("institution_id", "=", institutionId).where("external_number", "=", number)
    .executeTakeFirst();
  return row ?? null;
}

export async function findRequestByToken(
  db: QueryCreator<BillingTables>,
  digest: Uint8Array,
): Promise<RequestRow | null> {
  const row = await db.selectFrom("billing_request").selectAll()
    .where("token_digest", "=", digest).executeTakeFirst();
  return row ?? null;
}

/** Under its row lock: who begins an order, and who withdraws, come one after the other. */
export async function lockRequest(
  tx: Transaction<BillingTables>,
  id: string,
): Promise<RequestRow | null> {
  const row = await tx.selectFrom("billing_request").selectAll()
    .where("id", "=", id).forUpdate().executeTakeFirst();
  return row ?? null;
}

export async function updateRequest(
  tx: Transaction<BillingTables>,
  { id, withdrawn_at, order_id, identification_id, tag }: RequestRow,
): Promise<void> {
  await tx.updateTable("billing_request")
    .set({ withdrawn_at, order_id, identification_id, tag }).where("id", "=", id).execute();
}

/** Newest first, from the one before `before`. */
export async function selectRequests(
  db: QueryCreator<BillingTables>,
  { institutionId, before, limit }: {
    readonly institutionId: string;
    readonly before: string | undefined;
    readonly limit: number;
  },
): Promise<RequestRow[]> {
  let rows = db.selectFrom("billing_request").selectAll()
    .where("institution_id", "=", institutionId);
  if (before !== undefined) rows = rows.where("id", "<", before);
  return await rows.orderBy("id", "desc").limit(limit).execute();
}

export type RequestInScope = RequestRow & {
  readonly institution_name: string;
  readonly institution_code: string;
};

/** Of institutions in scope, newest first, from the one before `before`. */
export async function selectRequestsIn(
  db: QueryCreator<BillingTables & AccessTables>,
  { scope, number, before, limit }: {
    readonly scope: Scope;
    readonly number: string | undefined;
    readonly before: string | undefined;
    readonly limit: number;
  },
): Promise<RequestInScope[]> {
  let rows = db.selectFrom("billing_request")
    .innerJoin("organisation", "organisation.id", "billing_request.institution_id")
    .selectAll("billing_request")
    .select(["organisation.name as institution_name", "organisation.code as institution_code"])
    .where((eb) => inScope(eb, "organisation.path", scope));
  if (number !== undefined) rows = rows.where("billing_request.external_number", "=", number);
  if (before !== undefined) rows = rows.where("billing_request.id", "<", before);
  return await rows.orderBy("billing_request.id", "desc").limit(limit).execute();
}

export async function selectOverIds(
  db: QueryCreator<BillingTables>,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<string[]> {
  const rows = await db.selectFrom("billing_request").select("id")
    .where("expires_at", "<", before).orderBy("expires_at").limit(limit).execute();
  return rows.map(({ id }) => id);
}

export async function deleteRequests(
  tx: Transaction<BillingTables>,
  ids: readonly string[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const result = await tx.deleteFrom("billing_request").where("id", "in", ids).executeTakeFirst();
  return Number(result.numDeletedRows);
}

export async function selectRequestsOfOrders(
  db: QueryCreator<BillingTables>,
  orderIds: readonly string[],
): Promise<RequestRow[]> {
  if (orderIds.length === 0) return [];
  return await db.selectFrom("billing_request").selectAll()
    .where("order_id", "in", orderIds).orderBy("id").execute();
}
