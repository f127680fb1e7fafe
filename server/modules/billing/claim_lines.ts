import type { FeeLine } from "../../gateways/his/wire.ts";
import { parseYuan } from "../../platform/money.ts";
import type { ClaimLine } from "../insurance/claim_visit.ts";

/** An order's id in at most 25 letters and digits; what hangs on it must fit 30 (nhsa.md §1.6). */
function compactId(orderId: string): string {
  return BigInt(`0x${orderId.replaceAll("-", "")}`).toString(36).toUpperCase();
}

/** ipt_otp_no: an order is one visit to insurance, also when it pays several bills (R-BIL-04). */
export function visitNumberOf(orderId: string): string {
  return `MZ${compactId(orderId)}`;
}

export interface ChargedLines {
  readonly occurredAt: Date;
  readonly lines: readonly FeeLine[];
}

/** Some regions want feedetl_sn unique in the institution, not only in the visit: HIS's numbers would repeat. */
export function claimLines(orderId: string, charges: readonly ChargedLines[]): ClaimLine[] {
  const prefix = compactId(orderId);
  return charges
    .flatMap(({ occurredAt, lines }) => lines.map((line) => ({ occurredAt, line })))
    .map(({ occurredAt, line }, n) => ({
      lineNumber: prefix + String(n + 1).padStart(4, "0"),
      catalogueCode: line.catalogueCode,
      itemCode: line.itemCode,
      name: line.name,
      quantity: line.quantity,
      priceYuan: line.price,
      amountFen: parseYuan(line.amount),
      occurredAt,
    }));
}
