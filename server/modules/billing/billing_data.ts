import type { Kysely } from "kysely";
import type { PersonalData } from "../../platform/personal_data.ts";
import { deleteRequests, selectRequestsOfOrders } from "./store.ts";
import type { BillingTables } from "./tables.ts";

/**
 * What hospitals' systems asked the person to pay, where he began to. A request nobody opened
 * names him only to HIS, sealed, and goes by itself some weeks after its end.
 */
export function billingData(
  { db }: { readonly db: Kysely<BillingTables> },
): PersonalData<BillingTables> {
  return {
    async collect({ orders }) {
      const rows = await selectRequestsOfOrders(db, orders.map(({ id }) => id));
      return [{
        name: "payment_requests",
        title: "医院发起的付款请求",
        rows: rows.map((row) => ({
          编号: row.id,
          医院单号: row.external_number,
          时间: row.made_at.toISOString(),
          有效期至: row.expires_at.toISOString(),
          订单: row.order_id,
        })),
      }];
    },
    async erase(tx, { orders }) {
      const rows = await selectRequestsOfOrders(tx, orders.map(({ id }) => id));
      const gone = await deleteRequests(tx, rows.map(({ id }) => id));
      return { erased: [{ what: "医院发起的付款请求", rows: gone }], kept: [] };
    },
  };
}
