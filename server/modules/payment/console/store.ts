import type { QueryCreator, Selectable } from "kysely";
import { timeOfId } from "../../../platform/ids.ts";
import type { PaymentTables } from "../tables.ts";

const EVIDENCE_MAX = 100;

export async function selectTrades(
  db: QueryCreator<PaymentTables>,
  ids: readonly string[],
): Promise<Selectable<PaymentTables["payment_trade"]>[]> {
  if (ids.length === 0) return [];
  return await db.selectFrom("payment_trade").selectAll().where("id", "in", ids)
    .where("at", "in", ids.map(timeOfId)).orderBy("id").execute();
}

export async function selectRefunds(
  db: QueryCreator<PaymentTables>,
  ids: readonly string[],
): Promise<PaymentTables["payment_refund"][]> {
  if (ids.length === 0) return [];
  return await db.selectFrom("payment_refund").selectAll().where("id", "in", ids)
    .where("at", "in", ids.map(timeOfId)).orderBy("id").execute();
}

type Evidence = Pick<PaymentTables["payment_evidence"], "id" | "at" | "source" | "verdict">;

/** What came in on these trades; not what it said, which is sealed. */
export async function selectEvidence(
  db: QueryCreator<PaymentTables>,
  tradeIds: readonly string[],
): Promise<Evidence[]> {
  if (tradeIds.length === 0) return [];
  return await db.selectFrom("payment_evidence").select(["id", "at", "source", "verdict"])
    .where("trade_id", "in", tradeIds).orderBy("id").limit(EVIDENCE_MAX).execute();
}
