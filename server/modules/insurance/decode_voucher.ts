import { mapDone, type Outcome } from "../../platform/outcome.ts";
import type { InsuranceSite } from "./claim_visit.ts";
import { type MessageDeps, sendMessage } from "./send_message.ts";

/** businessType: the token is bound to it. 01101 挂号, 01301 结算, 01104 缴预缴金. */
const BUSINESS_TYPES = { register: "01101", pay: "01301", inpatient: "01104" } as const;

export interface VoucherHolder {
  readonly name: string;
  readonly idNumber: string;
  /** Short-lived; the certificate number of type 01. */
  readonly ecToken: string;
}

/** 1162: who showed this insurance e-voucher. The name of the code's field is the gateway's own. */
export async function decodeVoucher(
  deps: MessageDeps,
  request: {
    readonly site: InsuranceSite;
    readonly code: string;
    readonly service: keyof typeof BUSINESS_TYPES;
  },
): Promise<Outcome<VoucherHolder>> {
  const { site, code, service } = request;
  const outcome = await sendMessage(deps, {
    infno: "1162",
    input: {
      data: {
        orgId: site.code,
        businessType: BUSINESS_TYPES[service],
        operatorId: site.operator.number,
        operatorName: site.operator.name,
        officeId: "",
        officeName: "",
        deviceType: "SelfService",
        mdtrt_cert_type: "01",
        ecQrCode: code,
      },
    },
    site,
    orderId: null,
    insuplc: null,
  });
  return mapDone(outcome, (holder) => ({
    name: holder.userName,
    idNumber: holder.idNo,
    ecToken: holder.ecToken,
  }));
}
