import type * as wire from "../../server/gateways/his/wire.ts";
import { parseYuan, sumFen } from "../../server/platform/money.ts";
import { type Answer, refuse } from "./answer.ts";
import type { His } from "./his_calls.ts";
import { findBill, type StoredBill } from "./his_store.ts";

export type Effect =
  | { readonly kind: "posted"; readonly guidance: readonly string[] }
  | { readonly kind: "refused"; readonly answer: Answer };

/** Where a paid bill of a kind sends the patient, in walking order. */
const PLACES: readonly (readonly [category: string, guidance: string])[] = [
  ["化验费", "请到二楼检验科采样"],
  ["检查费", "请到二楼检查室候检"],
  ["治疗费", "请到一楼治疗室"],
  ["西药费", "请到一楼药房取药"],
  ["中成药", "请到一楼药房取药"],
  ["中药饮片", "请到一楼中药房取药"],
];

export function postBills(his: His, body: wire.Post, billIds: readonly string[]): Effect {
  if (new Set(billIds).size !== billIds.length) {
    return refusal("conflict", "缴费单重复");
  }
  const bills = billIds.map((billId) => findBill(his.store, billId));
  const present: StoredBill[] = [];
  for (const bill of bills) {
    if (!bill || bill.patientId !== body.patientId || bill.institution !== body.institutionCode) {
      return refusal("unknown_bill", "没有此缴费单");
    }
    if (bill.state === "paid") return refusal("bill_paid", "缴费单已缴");
    if (bill.state === "withdrawn") return refusal("bill_changed", "缴费单已被医生作废");
    present.push(bill);
  }
  if (sumFen(present.map((one) => parseYuan(one.bill.amount))) !== parseYuan(body.total)) {
    return present.some((one) => one.amended)
      ? refusal("bill_changed", "缴费单金额已变更")
      : refusal("amount_mismatch", "总额与缴费单不符");
  }
  for (const billId of billIds) {
    his.store.run(
      "update bill set state = 'paid', posting_id = ? where bill_id = ?",
      body.postingId,
      billId,
    );
  }
  return { kind: "posted", guidance: guidanceFor(present) };
}

export function unpostBills(his: His, postingId: string): void {
  his.store.run(
    "update bill set state = 'unpaid', posting_id = null where posting_id = ?",
    postingId,
  );
}

export function refusal(code: wire.HisRefusal, message: string): Effect {
  return { kind: "refused", answer: refuse(code, message) };
}

function guidanceFor(bills: readonly StoredBill[]): string[] {
  const charged = new Set(bills.flatMap((one) => one.bill.lines.map((line) => line.category)));
  const places = PLACES.filter(([category]) => charged.has(category)).map(([, said]) => said);
  return places.length > 0 ? [...new Set(places)] : ["请回诊室就诊"];
}
