import type { RelativeConsent } from "../../server/modules/insurance/relatives/console/contract.ts";
import { BUSINESS_SESSION } from "./people.ts";
import { minutesAgo } from "./terminals.ts";

export const CONSENT_SESSION = {
  ...BUSINESS_SESSION,
  permissions: [
    { permission: "relative.read", title: "查看共济授权" },
    { permission: "relative.withdraw", title: "代办撤回共济授权" },
  ],
};

export const CONSENT: RelativeConsent = {
  id: "019a8f3e-5c00-7abc-8def-0000000000d1",
  state: "in_force",
  patientId: "019a8f3e-5c00-7abc-8def-0000000000f1",
  maskedPatientName: "陈*明",
  maskedPatientIdNumber: "4419**********0012",
  maskedRelativeName: "陈*",
  relation: "child",
  credential: "social_security_card",
  institutionName: "莞城社区卫生服务中心",
  terminalNumber: "GC-0003",
  givenAt: minutesAgo(900),
  until: minutesAgo(-40_000),
  withdrawnAt: null,
  withdrawnBy: null,
  withdrawnByName: null,
};

export const RELATIVE_CONSENTS: readonly RelativeConsent[] = [
  CONSENT,
  {
    ...CONSENT,
    id: "019a8f3e-5c00-7abc-8def-0000000000d2",
    state: "withdrawn",
    relation: "grandparent",
    credential: "insurance_voucher",
    withdrawnAt: minutesAgo(30),
    withdrawnBy: "staff",
    withdrawnByName: "吴浩",
  },
  {
    ...CONSENT,
    id: "019a8f3e-5c00-7abc-8def-0000000000d3",
    state: "withdrawn",
    credential: "insurance_face",
    withdrawnAt: minutesAgo(3_000),
    withdrawnBy: "people",
  },
  {
    ...CONSENT,
    id: "019a8f3e-5c00-7abc-8def-0000000000d4",
    state: "expired",
    relation: "spouse",
    institutionName: "东莞市滨海湾中心医院第三门诊部（沙田镇稔洲社区卫生服务站及附属护理院）",
    terminalNumber: null,
    until: minutesAgo(3_000),
  },
];
