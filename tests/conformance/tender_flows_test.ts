import { SCANNED_CODE, SHOWN_CODE } from "./aggregate_pay_rigs.ts";
import { CITIZEN_CODE } from "./citizen_code_rig.ts";
import { testTenderFlows } from "./tender_flows.ts";

for (const rig of [SHOWN_CODE, SCANNED_CODE, CITIZEN_CODE]) testTenderFlows(rig);
