import type { Kysely } from "kysely";
import {
  MONEY_KEPT_WHY,
  MONEY_KEPT_YEARS,
  type PersonalData,
  type PersonalRecords,
} from "../../platform/personal_data.ts";
import type { Sealer } from "../../platform/sealer.ts";
import { openWritten } from "./written.ts";
import { eraseWritten, type RequestRow, selectActsOf, selectRequestsOf } from "./store.ts";
import type { RefundTables } from "./tables.ts";

export interface RefundDataDeps {
  readonly db: Kysely<RefundTables>;
  readonly sealer: Sealer;
}

/**
 * What was asked to be given back to the person. The evidence of acts may name who paid, and is not
 * given (个人信息保护法 第四十五条 is about one's own data); it is erased with the rest.
 */
export function refundData({ db, sealer }: RefundDataDeps): PersonalData<RefundTables> {
  return {
    async collect({ orders }) {
      const rows = await selectRequestsOf(db, orders.map(({ id }) => id));
      return [{
        name: "refund_requests",
        title: "退费申请",
        rows: await Promise.all(rows.map((row) => givenOf(sealer, row))),
      }];
    },
    async erase(tx, { orders }, now) {
      const keptFrom = new Date(now);
      keptFrom.setUTCFullYear(now.getUTCFullYear() - MONEY_KEPT_YEARS);
      const rows = await selectRequestsOf(tx, orders.map(({ id }) => id));
      const old = rows.filter(({ at }) => at < keptFrom);
      const ids = rows.filter(({ at }) => at >= keptFrom).map(({ id }) => id);
      const acts = await selectActsOf(tx, ids);
      return {
        erased: [{ what: "退费说明和处理依据（已过保管期）", rows: await eraseWritten(tx, old) }],
        kept: [
          { what: "退费申请（说明加密保存）", rows: ids.length, why: MONEY_KEPT_WHY },
          { what: "退费处理依据（加密保存）", rows: acts.length, why: MONEY_KEPT_WHY },
        ],
      };
    },
  };
}

async function givenOf(
  sealer: Sealer,
  row: RequestRow,
): Promise<PersonalRecords["rows"][number]> {
  return {
    编号: row.id,
    订单: row.order_id,
    时间: row.at.toISOString(),
    原因: row.why,
    说明: await openWritten(sealer, "note", row),
    状态: row.state,
    金额分: String(row.value_fen),
    审批时间: row.decided_at?.toISOString() ?? null,
    审批意见: await openWritten(sealer, "decision_note", row),
  };
}
