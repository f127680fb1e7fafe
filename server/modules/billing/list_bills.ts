import type { HisClient } from "../../gateways/his/client.ts";
import type { HisBill } from "../../gateways/his/wire.ts";
import { parseChinaTime } from "../../platform/clock.ts";
import { DomainError } from "../../platform/errors.ts";
import { parseYuan } from "../../platform/money.ts";
import type { InsuranceSite } from "../insurance/claim_visit.ts";
import type { Bill } from "./contract.ts";

/** The patient's unpaid bills at this institution with their lines, as HIS has them now (R-BIL-01). */
export async function listBills(
  deps: { readonly his: Pick<HisClient, "listBills"> },
  asked: { readonly site: InsuranceSite; readonly hisPatientId: string },
): Promise<Bill[]> {
  const outcome = await deps.his.listBills({
    institutionCode: asked.site.code,
    patientId: asked.hisPatientId,
  });
  switch (outcome.kind) {
    case "done":
      return outcome.value.map((bill) => billForScreen(bill, asked.site));
    case "refused":
      throw new DomainError("billing.his_refused", `Cannot list bills: HIS said ${outcome.code}`, {
        retry: "ask_operator",
      });
    case "not_sent":
    case "unknown":
      throw new DomainError("billing.his_unavailable", `Cannot list bills: ${outcome.reason}`, {
        retry: "safe",
      });
  }
}

function billForScreen(bill: HisBill, { route }: Pick<InsuranceSite, "route">): Bill {
  return {
    id: bill.billId,
    title: bill.title,
    department: bill.department.name,
    doctor: bill.doctor.name,
    issuedAt: parseChinaTime(bill.issuedAt).toISOString(),
    amountFen: parseYuan(bill.amount).toString(),
    ...(bill.feeType && { feeType: bill.feeType.name }),
    ...(route === "mobile" && bill.mobilePayable === false && { mobilePayable: false }),
    lines: bill.lines.map((line) => ({
      name: line.name,
      specification: line.specification,
      category: line.category,
      quantity: line.quantity,
      unit: line.unit,
      priceYuan: line.price,
      amountFen: parseYuan(line.amount).toString(),
    })),
  };
}
