import type { Kysely } from "kysely";
import {
  MONEY_KEPT_WHY,
  MONEY_KEPT_YEARS,
  type PersonalData,
  type Subject,
} from "../../platform/personal_data.ts";
import type { Sealer } from "../../platform/sealer.ts";
import { orderBalance } from "../ledger/post_movement.ts";
import type { LedgerTables } from "../ledger/tables.ts";
import { countEvidence, eraseEvidence } from "./console/store.ts";
import { parsePriced } from "./legs.ts";
import { fulfilledFields, pricedFields } from "./order_record.ts";
import { eraseDetails, selectOrdersOf } from "./store.ts";
import type { CheckoutTables } from "./tables.ts";

export interface CheckoutDataDeps {
  readonly db: Kysely<CheckoutTables & LedgerTables>;
  readonly sealer: Sealer;
}

const ENDED: ReadonlySet<string> = new Set(["completed", "unwound"]);

/** What the person was treated for and what it cost. */
export function checkoutData(deps: CheckoutDataDeps): PersonalData<CheckoutTables> {
  return {
    async find({ identifications }) {
      const rows = await selectOrdersOf(deps.db, identifications);
      return { orders: rows.map(({ id, at }) => ({ id, at })) };
    },
    collect: (subject) => collect(deps, subject),
    openBusiness: (subject) => openBusiness(deps, subject),
    async erase(tx, { identifications, orders }, now) {
      const keptFrom = new Date(now);
      keptFrom.setUTCFullYear(now.getUTCFullYear() - MONEY_KEPT_YEARS);
      const rows = await selectOrdersOf(tx, identifications);
      const old = orders.filter(({ at }) => at < keptFrom);
      const kept = rows.filter(({ at, priced_sealed, fulfilled_sealed }) =>
        at >= keptFrom && (priced_sealed !== null || fulfilled_sealed !== null)
      );
      return {
        erased: [
          { what: "诊疗和收费明细（已过保管期）", rows: await eraseDetails(tx, old) },
          { what: "异常订单处理依据（已过保管期）", rows: await eraseEvidence(tx, old) },
        ],
        kept: [
          { what: "订单金额和状态（不含身份）", rows: rows.length, why: MONEY_KEPT_WHY },
          { what: "诊疗和收费明细（加密保存）", rows: kept.length, why: MONEY_KEPT_WHY },
          {
            what: "异常订单处理依据（加密保存）",
            rows: await countEvidence(tx, orders.filter(({ at }) => at >= keptFrom)),
            why: MONEY_KEPT_WHY,
          },
        ],
      };
    },
  };
}

async function collect({ db, sealer }: CheckoutDataDeps, { identifications }: Subject) {
  const rows = await selectOrdersOf(db, identifications);
  const open = async <Value>(
    column: "priced" | "fulfilled",
    sealed: Uint8Array | null,
    parse: (text: string) => Value,
  ) => sealed === null ? null : parse(await sealer.open(`checkout_order.${column}`, sealed));
  return [{
    name: "orders",
    title: "订单",
    rows: await Promise.all(rows.map(async (row) => ({
      编号: row.id,
      单号: row.number,
      时间: row.at.toISOString(),
      业务: row.kind,
      状态: row.state,
      总额分: row.total_fen === null ? null : String(row.total_fen),
      自付分: row.cash_fen === null ? null : String(row.cash_fen),
      ...pricedFields(await open("priced", row.priced_sealed, parsePriced)),
      ...fulfilledFields(await open("fulfilled", row.fulfilled_sealed, JSON.parse)),
    }))),
  }];
}

async function openBusiness({ db }: CheckoutDataDeps, { identifications }: Subject) {
  const rows = await selectOrdersOf(db, identifications);
  let heldFen = 0n;
  for (const { id, at } of rows) {
    const held = await orderBalance({ db }, { orderId: id, orderAt: at }, "patient:hold");
    heldFen -= held;
  }
  return { orders: rows.filter(({ state }) => !ENDED.has(state)).length, heldFen };
}
