import type { Bill } from "../../server/modules/billing/contract.ts";
import type { Credential, IdentifyReply } from "../../server/modules/identity/contract.ts";
import type { RelativeView } from "../../server/modules/insurance/relatives/contract.ts";
import type {
  Department,
  Habit,
  Schedule,
  Slot,
} from "../../server/modules/registration/contract.ts";
import type { TerminalSettings } from "../../server/modules/settings/contract.ts";
import type { DeviceStatus } from "../../terminal/contract.ts";

/** A morning in Beijing that every test and preview starts at. */
export const START_MS = Date.parse("2026-11-22T01:25:00Z");

export const SESSION_ID = "019aa914-9a60-7000-8000-000000000001";
export const ORDER_ID = "019aa914-9a60-7000-8000-000000000002";

export const SETTINGS: TerminalSettings = {
  terminal: { number: "0317", suspended: false },
  institution: { name: "南城街道社区卫生服务中心", code: "H4419001", staffPhone: "0769-1234 5678" },
  brand: { product: "社区诊疗一卡通", city: "东莞市", logoSvg: null, accent: null },
  services: [
    { service: "pay", open: true, reason: null },
    { service: "register", open: true, reason: null },
  ],
  idle: { warnAfterMs: 45_000, endAfterMs: 60_000 },
  tenderModes: ["show_code", "scan_code"],
  faceCheck: "last4",
  serverTime: new Date(START_MS).toISOString(),
};

export const DEVICES: readonly DeviceStatus[] = [
  { device: "card_reader", state: "online", mediaPresent: false },
  { device: "id_card_reader", state: "online", mediaPresent: false },
  { device: "scanner", state: "online", mediaPresent: false },
  { device: "receipt_printer", state: "online", mediaPresent: false },
];

/** Numbers with wrong check digits: nobody's. */
export const CARD: Credential = {
  kind: "social_security_card",
  region: "441900",
  socialSecurityNumber: "441900195203070000",
  cardNumber: "D00000001",
  cardIdentifier: "441900D156000005",
  name: "测试甲",
  version: "3.00",
};

export const ID_CARD: Credential = {
  kind: "id_card",
  idNumber: "441900195203070000",
  name: "测试乙",
  validUntil: "长期",
};

export const PATIENT = {
  maskedName: "陈*明",
  maskedIdNumber: "4419**********0012",
  maskedPhone: "138****0000",
  gender: "male",
  age: 74,
} as const;

export type Known = Extract<IdentifyReply, { kind: "known" }>;

export const KNOWN: Known = {
  kind: "known",
  id: SESSION_ID,
  patient: PATIENT,
  insurance: {
    status: "covered",
    scheme: "310",
    schemeName: "职工基本医疗保险",
    accountBalanceFen: "126080",
  },
};

/** Insured for the usual, and for an accident at work. */
export const INSURED_TWICE: Known = {
  ...KNOWN,
  insurance: {
    status: "covered",
    scheme: "310",
    schemeName: "职工基本医疗保险",
    accountBalanceFen: "126080",
    schemes: [
      { scheme: "310", schemeName: "职工基本医疗保险" },
      { scheme: "390", schemeName: "城乡居民基本医疗保险" },
      { scheme: "410", schemeName: "工伤保险" },
    ],
  },
};

export const RELATIVES: readonly [RelativeView, RelativeView] = [
  {
    consentId: "019aa914-9a60-7000-8000-000000000011",
    maskedName: "陈*",
    relation: "child",
    until: new Date(START_MS + 30 * 86_400_000).toISOString(),
  },
  {
    consentId: "019aa914-9a60-7000-8000-000000000012",
    maskedName: "欧阳**",
    relation: "grandparent",
    until: new Date(START_MS + 86_400_000).toISOString(),
  },
];

export function billOf(index: number, title = "门诊处方"): Bill {
  return {
    id: `B${index}`,
    title,
    department: ["全科门诊", "中医科", "口腔科"][index % 3] ?? "全科门诊",
    doctor: ["李文慧", "周建国", "黄思敏"][index % 3] ?? "李文慧",
    issuedAt: new Date(START_MS - index * 1_800_000).toISOString(),
    amountFen: String(8640 + index * 1275),
    lines: [
      line("苯磺酸氨氯地平片", "5mg×28片", "2", "盒", "3620"),
      line("阿托伐他汀钙片", "20mg×7片", "4", "盒", "2960"),
      line("二甲双胍缓释片", "0.5g×30片", "1", "盒", "1060"),
      line("一般诊疗费", null, "1", "次", "1000"),
    ],
  };
}

function line(
  name: string,
  specification: string | null,
  quantity: string,
  unit: string,
  amountFen: string,
): Bill["lines"][number] {
  return { name, specification, category: "西药", quantity, unit, priceYuan: "18.1", amountFen };
}

export const DEPARTMENTS: readonly Department[] = [
  ["QK", "全科门诊", "一楼 101 诊室", 42],
  ["ZY", "中医科", "二楼 203 诊室", 18],
  ["KQ", "口腔科", "二楼 210 诊室", 6],
  ["EB", "儿童保健科", "三楼 301 诊室", 12],
  ["FB", "妇女保健科", "三楼 305 诊室", 0],
  ["KF", "康复理疗科", "一楼 115 诊室", 9],
  ["YK", "眼科", "二楼 207 诊室", 5],
  ["PF", "皮肤科", "二楼 208 诊室", 3],
  ["NF", "内分泌专科", "三楼 312 诊室", 7],
].map(([code, name, location, openSlots]) => ({
  code: String(code),
  name: String(name),
  location: String(location),
  openSlots: Number(openSlots),
}));

export function scheduleOf(index: number, day: string, half: Schedule["half"]): Schedule {
  const doctors = [["李文慧", "副主任医师", "1500"], ["周建国", "主任医师", "2000"], [
    "黄思敏",
    "主治医师",
    "800",
  ], ["欧阳志强", "主治医师", "800"]];
  const [doctorName = "", doctorTitle = "", feeFen = "0"] = doctors[index % 4] ?? [];
  return {
    id: `S${index}-${day}-${half}`,
    departmentCode: "QK",
    departmentName: "全科门诊",
    doctorName,
    doctorTitle,
    day,
    half,
    feeFen,
    openSlots: index === 1 && half === "morning" ? 0 : 12 - index,
  };
}

export const SCHEDULES: readonly Schedule[] = ["2026-11-22", "2026-11-23", "2026-11-24"]
  .flatMap((day) =>
    [0, 1, 2, 3].flatMap((index) =>
      index === 3
        ? [scheduleOf(index, day, "afternoon")]
        : [scheduleOf(index, day, "morning"), scheduleOf(index, day, "afternoon")]
    )
  );

export const SLOTS: readonly Slot[] = Array.from({ length: 14 }, (_, index) => {
  const minutes = 9 * 60 + 30 + index * 10;
  return {
    id: `N${index + 9}`,
    number: index + 9,
    startsAt: timeOf(minutes),
    endsAt: timeOf(minutes + 10),
    open: true,
  };
});

function timeOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${
    String(minutes % 60).padStart(2, "0")
  }`;
}

export const HABIT: Habit = {
  schedule: scheduleOf(0, "2026-11-22", "morning"),
  slot: { id: "N9", number: 9, startsAt: "09:30", endsAt: "09:40", open: true },
  visits: 7,
};
