import { z } from "@hono/zod-openapi";
import { FACE_CHECKS, INSURANCE_ROUTES, OFFERED_MODES, SERVICES } from "./contract.ts";

/** Every setting with its shape and what holds where nobody set it. */

const MINUTE_MS = 60_000;
const BRAND_LENGTH_MAX = 30;
const INTAKE_TEXT_LENGTH_MAX = 60;
const REFUND_FEN_MAX = 100_000_000;
const DEPOSIT_FEN_MAX = 100_000_000;

const waits = z.array(z.number().int().min(100).max(24 * 60 * MINUTE_MS)).min(1).max(40);

const DAY_S = 86_400;
const FAST_S = [5, 5, 5, 5, 5, 5];
const SLOW_S = [60, 300, 3_600, DAY_S, DAY_S, DAY_S, DAY_S, DAY_S];
/** A patient at the terminal waits for a payment about this often. */
const PAYING_S = Array.from({ length: 15 }, () => 10);

/** Fast while somebody waits, then ever longer; the last one repeats and a person is called. */
const WAITS_MS = [...FAST_S, ...SLOW_S].map((s) => s * 1_000);
const TENDER_WAITS_MS = [...FAST_S, ...PAYING_S, ...SLOW_S].map((s) => s * 1_000);

/** An institution at one channel: under the service provider's account it is a sub-merchant. */
const merchant = z.strictObject({
  merchant: z.string().regex(/^[0-9A-Za-z]{1,32}$/),
  /** Where the channel pays its money out to, for reconciliation. */
  settlementAccount: z.string().regex(/^[0-9]{8,32}$/).nullable(),
});

export const checkoutProfileSchema = z.strictObject({
  /** The order in which money moves; HIS is always last. */
  legOrder: z.array(z.enum(["insurance", "tender", "fulfilment"])).length(3)
    .refine((order) => new Set(order).size === 3 && order[2] === "fulfilment"),
  waitsMs: z.strictObject({
    insurance: waits,
    tender: waits,
    fulfilment: waits,
    surplus: waits,
  }),
  confirmWaitMs: z.number().int().min(10_000).max(30 * MINUTE_MS),
  payWaitMs: z.number().int().min(10_000).max(30 * MINUTE_MS),
});

/** Who may give back how much, and till when. */
export const refundLimitsSchema = z.strictObject({
  /** Fen that a patient gives back to himself at a terminal; 0: nothing there. */
  patientFenMax: z.number().int().min(0).max(REFUND_FEN_MAX),
  /** By himself only on the day he paid. */
  patientSameDay: z.boolean(),
  /** Fen that staff gives back without another's approval. */
  staffFenMax: z.number().int().min(0).max(REFUND_FEN_MAX),
  daysMax: z.number().int().min(1).max(400),
  /** Day of the month from which insurance counts the month before as cleared. */
  monthClosesOnDay: z.number().int().min(1).max(28),
});

/** Waits between asks by the channel a payment goes by; null for those of `checkout.profile`. */
const paymentSchedulesSchema = z.strictObject({
  aggregate_pay: waits.nullable(),
  card_host: waits.nullable(),
  citizen_code: waits.nullable(),
  medical_mix: waits.nullable(),
});

/** 住院预交金: what a terminal offers, within HIS's own limits. */
const depositTermsSchema = z.strictObject({
  /** The amounts to choose from, in fen; HIS's suggestion comes beside them. */
  choicesFen: z.array(z.number().int().min(100).max(DEPOSIT_FEN_MAX)).min(1).max(6)
    .refine((amounts) => new Set(amounts).size === amounts.length),
  fenMax: z.number().int().min(100).max(DEPOSIT_FEN_MAX),
  /** May the patient type another amount? (decision 0016) */
  typed: z.boolean(),
  /** Fen that go back at a terminal after the stay was settled; above it, and at 0, the window pays. */
  refundFenMax: z.number().int().min(0).max(DEPOSIT_FEN_MAX),
});

const alarmAges = z.strictObject({
  warnAfterMs: z.number().int().min(MINUTE_MS).max(30 * 1_440 * MINUTE_MS),
  alarmAfterMs: z.number().int().min(MINUTE_MS).max(30 * 1_440 * MINUTE_MS),
}).refine(({ warnAfterMs, alarmAfterMs }) => warnAfterMs < alarmAfterMs);

export const SETTING_SHAPES = {
  "terminal.suspended": z.boolean(),
  "services.open": z.array(z.enum(SERVICES)).refine(eachOnce),
  /** Beijing time, HH:mm; services outside are closed. */
  "services.hours": z.strictObject({
    from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
    to: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
  }).refine(({ from, to }) => from < to),
  "kiosk.idle": z.strictObject({
    warnAfterMs: z.number().int().min(5_000).max(10 * MINUTE_MS),
    endAfterMs: z.number().int().min(10_000).max(15 * MINUTE_MS),
  }).refine(({ warnAfterMs, endAfterMs }) => warnAfterMs < endAfterMs),
  "kiosk.brand": z.strictObject({
    product: z.string().trim().min(1).max(BRAND_LENGTH_MAX),
    city: z.string().trim().max(BRAND_LENGTH_MAX),
    /** So short that before and after go into one audit event. */
    logoSvg: z.string().startsWith("<svg").max(6_000).nullable(),
    accent: z.string().regex(/^#[0-9a-f]{6}$/i).nullable(),
  }),
  /** R-IDN-08. */
  "kiosk.face_check": z.enum(FACE_CHECKS),
  "payment.modes": z.array(z.enum(OFFERED_MODES)).min(1).refine(eachOnce),
  "checkout.profile": checkoutProfileSchema,
  "payment.schedules": paymentSchedulesSchema,
  /** How long an order may be open with an answer missing, and money be held, before people hear. */
  "checkout.alarms": z.strictObject({ unknown: alarmAges, held: alarmAges }),
  /** Closed while an institution is switched over: no new order begins, those on their way go on. */
  "checkout.intake": z.strictObject({
    open: z.boolean(),
    /** What patients read then. */
    text: z.string().trim().min(1).max(INTAKE_TEXT_LENGTH_MAX),
  }),
  "refund.limits": refundLimitsSchema,
  "inpatient.deposits": depositTermsSchema,
  "insurance.route": z.enum(INSURANCE_ROUTES),
  /** Null: the institution's own code is its number at the channel. */
  "payment.merchants": z.strictObject({
    aggregate_pay: merchant.nullable(),
    card_host: merchant.nullable(),
    citizen_code: merchant.nullable(),
    medical_mix: merchant.nullable(),
  }),
} as const;

export type SettingName = keyof typeof SETTING_SHAPES;
export type SettingValue<Name extends SettingName> = z.infer<(typeof SETTING_SHAPES)[Name]>;
export type DepositTerms = z.infer<typeof depositTermsSchema>;
export type RefundLimits = z.infer<typeof refundLimitsSchema>;
export type CheckoutProfile = z.infer<typeof checkoutProfileSchema>;
export type PaymentSchedules = z.infer<typeof paymentSchedulesSchema>;

export function isSettingName(text: string): text is SettingName {
  return Object.hasOwn(SETTING_SHAPES, text);
}

export const SETTING_DEFAULTS: { readonly [Name in SettingName]: SettingValue<Name> } = {
  "terminal.suspended": false,
  // Stays are not every institution's.
  "services.open": ["pay", "register"],
  "services.hours": { from: "00:00", to: "24:00" },
  "kiosk.idle": { warnAfterMs: 45_000, endAfterMs: 60_000 },
  "kiosk.brand": { product: "社区诊疗一卡通", city: "", logoSvg: null, accent: null },
  "kiosk.face_check": "last4",
  "payment.modes": ["show_code", "scan_code"],
  "checkout.profile": {
    legOrder: ["insurance", "tender", "fulfilment"],
    waitsMs: {
      insurance: WAITS_MS,
      tender: TENDER_WAITS_MS,
      fulfilment: WAITS_MS,
      surplus: WAITS_MS,
    },
    confirmWaitMs: 3 * MINUTE_MS,
    payWaitMs: 3 * MINUTE_MS,
  },
  "payment.schedules": {
    aggregate_pay: null,
    card_host: null,
    citizen_code: null,
    medical_mix: null,
  },
  "checkout.alarms": {
    unknown: { warnAfterMs: 10 * MINUTE_MS, alarmAfterMs: 60 * MINUTE_MS },
    held: { warnAfterMs: 15 * MINUTE_MS, alarmAfterMs: 120 * MINUTE_MS },
  },
  "checkout.intake": { open: true, text: "本院正在切换系统，暂不能在这里缴费，请到窗口办理" },
  "insurance.route": "fsi",
  "payment.merchants": {
    aggregate_pay: null,
    card_host: null,
    citizen_code: null,
    medical_mix: null,
  },
  "refund.limits": {
    patientFenMax: 50_000,
    patientSameDay: true,
    staffFenMax: 200_000,
    daysMax: 90,
    monthClosesOnDay: 5,
  },
  "inpatient.deposits": {
    choicesFen: [50_000, 100_000, 200_000, 500_000],
    fenMax: 2_000_000,
    typed: false,
    refundFenMax: 1_000_000,
  },
};

function eachOnce(words: readonly string[]): boolean {
  return new Set(words).size === words.length;
}
