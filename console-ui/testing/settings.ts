import type {
  SettingSource,
  SettingsReply,
  SettingView,
} from "../../server/modules/settings/console/contract.ts";
import { minutesAgo } from "./terminals.ts";
import { SYSTEM_SESSION } from "./people.ts";

export const SETTER_SESSION: typeof SYSTEM_SESSION = {
  ...SYSTEM_SESSION,
  permissions: [
    { permission: "setting.read", title: "查看参数" },
    { permission: "setting.change", title: "修改参数" },
    { permission: "organisation.read", title: "查看机构" },
  ],
};

const DEFAULT: SettingSource = { level: "default", name: null };
const CITY: SettingSource = { level: "city", name: "东莞市" };
const WAITS_MS = [2, 3, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600].map((s) => s * 1_000);

function from<Value>(source: SettingSource, value: Value): SettingView<Value> {
  const above = { value, from: source };
  return { ...above, inherited: above, changedAt: null, version: 0, broken: false };
}

const HOURS = from(CITY, { from: "07:30", to: "20:00" });

export const SETTINGS: SettingsReply = {
  organisation: {
    id: "019a8f3e-5c00-7abc-8def-0000000000c1",
    name: "莞城社区卫生服务中心",
    kind: "centre",
  },
  settings: {
    "terminal.suspended": from(DEFAULT, false),
    "services.open": from(DEFAULT, ["pay", "register"]),
    "services.hours": {
      ...HOURS,
      value: { from: "08:00", to: "17:30" },
      from: { level: "centre", name: "莞城社区卫生服务中心" },
      changedAt: minutesAgo(90),
      version: 1_795_000_000_000,
    },
    "kiosk.idle": from(DEFAULT, { warnAfterMs: 45_000, endAfterMs: 60_000 }),
    "kiosk.brand": from(CITY, {
      product: "社区诊疗一卡通",
      city: "东莞市",
      logoSvg: null,
      accent: "#0b6b6f",
    }),
    "kiosk.face_check": from(DEFAULT, "last4"),
    "payment.modes": { ...from(DEFAULT, ["show_code", "scan_code"]), version: 7, broken: true },
    "checkout.profile": from(DEFAULT, {
      legOrder: ["insurance", "tender", "fulfilment"],
      waitsMs: { insurance: WAITS_MS, tender: WAITS_MS, fulfilment: WAITS_MS, surplus: WAITS_MS },
      confirmWaitMs: 180_000,
      payWaitMs: 180_000,
    }),
    "payment.schedules": from(DEFAULT, {
      aggregate_pay: null,
      card_host: [5_000, 60_000],
      citizen_code: null,
      medical_mix: null,
    }),
    "checkout.alarms": from(DEFAULT, {
      unknown: { warnAfterMs: 600_000, alarmAfterMs: 3_600_000 },
      held: { warnAfterMs: 900_000, alarmAfterMs: 7_200_000 },
    }),
    "checkout.intake": from(DEFAULT, { open: true, text: "本院正在切换系统，请到窗口办理" }),
    "refund.limits": from(DEFAULT, {
      patientFenMax: 50_000,
      patientSameDay: true,
      staffFenMax: 200_000,
      daysMax: 90,
      monthClosesOnDay: 5,
    }),
    "inpatient.deposits": from(DEFAULT, {
      choicesFen: [50_000, 100_000, 200_000, 500_000],
      fenMax: 2_000_000,
      typed: false,
      refundFenMax: 1_000_000,
    }),
    "insurance.route": from(DEFAULT, "fsi"),
    "payment.merchants": from(DEFAULT, {
      aggregate_pay: { merchant: "898441900000017", settlementAccount: "2010021109200000000" },
      card_host: null,
      citizen_code: null,
      medical_mix: null,
    }),
  },
};
