import type { Consent } from "../../server/modules/identity/consent/contract.ts";
import type { Erasure, PersonView } from "../../server/modules/identity/persons/contract.ts";
import { BUSINESS_SESSION } from "./people.ts";
import { minutesAgo } from "./terminals.ts";

export const CLERK_SESSION = {
  ...BUSINESS_SESSION,
  permissions: [
    { permission: "person.read", title: "查询个人信息（掩码）" },
    { permission: "person.reveal", title: "查看个人信息明文" },
    { permission: "person.export", title: "导出本人个人信息" },
    { permission: "person.erase", title: "删除个人信息" },
  ],
};

export const PERSON: PersonView = {
  id: "019a8f3e-5c00-7abc-8def-0000000000f1",
  maskedName: "陈*明",
  maskedIdNumber: "4419**********0012",
  maskedPhone: "138****0000",
  gender: "male",
  age: 74,
  createdAt: minutesAgo(50_000),
  institutions: [{
    id: "019a8f3e-5c00-7abc-8def-0000000000c1",
    name: "莞城社区卫生服务中心",
    since: minutesAgo(50_000),
  }],
  media: [{ kind: "social_security_card", lastSeenAt: minutesAgo(20) }],
};

export const CONSENTS: readonly Consent[] = [
  consent("notification", "given", 20),
  consent("face_verification", "withdrawn", 600),
  consent("face_verification", "given", 50_000),
];

function consent(
  purpose: Consent["purpose"],
  decision: Consent["decision"],
  ageMinutes: number,
): Consent {
  return {
    id: `${purpose} ${decision}`,
    purpose,
    decision,
    noticeVersion: "2026-11",
    at: minutesAgo(ageMinutes),
    by: decision === "given" ? "terminal" : "account",
    byId: "019a8f3e-5c00-7abc-8def-0000000000a1",
    evidence: decision === "given" ? null : "申请表 2026-0118",
  };
}

export const ERASURE: Erasure = {
  erased: [
    { what: "姓名、证件号码、手机号码", rows: 1 },
    { what: "卡、码等介质", rows: 2 },
    { what: "同意记录", rows: 3 },
  ],
  kept: [
    { what: "支付记录", rows: 4, why: "会计档案管理办法：至少保存 30 年" },
    { what: "审计记录（不含身份）", rows: 61, why: "网络安全法第二十三条" },
  ],
};
