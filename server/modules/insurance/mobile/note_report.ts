import type { Transaction } from "kysely";
import { type MobileReport, ordRank } from "../../../gateways/mobile_insurance/wire.ts";
import { timeOfId } from "../../../platform/ids.ts";
import type { InsuranceTables } from "../tables.ts";
import { orderIdOf } from "./mobile_data.ts";
import { lockMobileOrder, updateMobileState } from "./store.ts";

export interface NotedReport {
  readonly orderId: string;
  readonly institutionId: string;
  /** Says more than was known: the order is asked for at once. */
  readonly isNews: boolean;
}

/**
 * What a 6302 says, noted and not believed: it names the order to be asked about. Repeated and
 * overtaken ones change nothing. Null: about no order of ours.
 */
export async function noteMobileReport(
  tx: Transaction<InsuranceTables>,
  report: MobileReport,
  now: Date,
): Promise<NotedReport | null> {
  const orderId = orderIdOf(report.medOrgOrd);
  if (orderId === null) return null;
  const key = { order_id: orderId, at: timeOfId(orderId) };
  const row = await lockMobileOrder(tx, key);
  if (!row || row.pay_ord_id !== report.payOrdId) return null;
  const isNews = row.reported_stas === null ||
    ordRank(report.ordStas) > ordRank(row.reported_stas);
  if (isNews) {
    await updateMobileState(tx, key, { reported_stas: report.ordStas, changed_at: now });
  }
  return { orderId, institutionId: row.institution_id, isNews };
}
