import { mapDone, type Outcome } from "../../platform/outcome.ts";
import type { InsuranceSite } from "./claim_visit.ts";
import { type MessageDeps, sendMessage } from "./send_message.ts";

/** businessType 结算: the token is bound to it. */
const SETTLING = "01301";

export interface VoucherHolder {
  readonly name: string;
  readonly idNumber: string;
  /** Short-lived; the certificate number of type 01. */
  readonly ecToken: string;
}

/** 1162: who showed this insurance e-voucher. The name of the code's field is the gateway's own. */
export async function decodeVoucher(
  deps: MessageDeps,
  request: { readonly site: InsuranceSite; readonly code: string },
): Promise<Outcome<VoucherHolder>> {
  const { site, code } = request;
  const outcome = await sendMessage(deps, {
    infno: "1162",
    input: {
      data: {
        orgId: site.code,
        businessType: SETTLING,
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
