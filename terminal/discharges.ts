import type { AskDischargeBody, DischargeView } from "../server/modules/inpatient/contract.ts";
import { askDischarge, requestDischarge } from "./platform_calls.ts";
import { Returns, type ReturnsDeps } from "./returns.ts";
import { dischargeSlip } from "./slips/discharge_slip.ts";

type Asked = Omit<AskDischargeBody, "id">;
export type Discharges = Returns<Asked, DischargeView>;

/** What is left of an in-patient's deposits once the stay was settled (R-REF-07). */
export function openDischarges(deps: ReturnsDeps<DischargeView>): Discharges {
  return new Returns<Asked, DischargeView>(deps, {
    request: requestDischarge,
    ask: askDischarge,
    slip: dischargeSlip,
  });
}
