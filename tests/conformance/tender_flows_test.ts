import { SCANNED_CODE, SHOWN_CODE } from "./aggregate_pay_rigs.ts";
import { CARD_SM4, CARD_TDES } from "./card_rigs.ts";
import { CITIZEN_CODE } from "./citizen_code_rig.ts";
import { MEDICAL_MIX } from "./medical_mix_rig.ts";
import { testTenderFlows } from "./tender_flows.ts";

const RIGS = [SHOWN_CODE, SCANNED_CODE, CITIZEN_CODE, CARD_SM4, CARD_TDES, MEDICAL_MIX];

for (const rig of RIGS) testTenderFlows(rig);
