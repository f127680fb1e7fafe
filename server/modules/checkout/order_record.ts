import { formatYuan } from "../../platform/money.ts";
import { maskName, maskNumbersIn } from "../identity/masking.ts";
import type { Fulfilled, PricedPayable } from "./payable.ts";

type Fields = Readonly<Record<string, string | null>>;

/**
 * What HIS priced, as it is given to the patient: field by field, so that nothing HIS adds one day
 * goes out by itself. A clinician is named as anybody else but the patient is, masked and without
 * his national code; in free text nobody's numbers stay, as nobody can tell whose they are
 * (个人信息保护法 第四十五条 gives one's own data, not others').
 */
export function pricedFields(priced: PricedPayable | null): Fields {
  const visit = priced?.visit;
  const slot = priced?.registration;
  return {
    项目: text(priced?.title),
    科室: text(visit?.department.name),
    医生: visit ? maskName(visit.doctor.name) : null,
    诊断: text(visit?.diagnoses.map(({ code, name }) => `${code} ${name}`).join("；")),
    收费明细: text(visit?.lines.map(lineText).join("；")),
    号源: slot ? text(`${slot.day} ${slot.time} ${slot.number}号 ${slot.location ?? ""}`) : null,
  };
}

export function fulfilledFields(fulfilled: Fulfilled | null): Fields {
  return {
    票据号: fulfilled?.receiptNumber ?? null,
    后续指引: text(fulfilled?.guidance.join("；")),
  };
}

function lineText({ name, quantity, amountFen }: PricedPayable["visit"]["lines"][number]): string {
  return `${name}×${quantity} ${formatYuan(amountFen)}元`;
}

/** Never empty: what is not there is null. */
function text(said: string | undefined): string | null {
  const plain = said?.trim();
  return plain ? maskNumbersIn(plain) : null;
}
