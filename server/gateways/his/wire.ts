import { z } from "zod";

/**
 * The platform's own HIS adapter profile (R-INT-01). No public specification of the community HIS
 * exists; its vendor, or an adapter beside it, answers these calls.
 *
 * Every call is `POST /his/v1/<call>` with a JSON body, signed (`sign.ts`), and answered with HTTP
 * 200 and `{"code":"ok","data":…}` or `{"code":<refusal>,"message":…}`. HTTP 400 and 401 with codes
 * `bad_request` and `bad_signature` are given before anything is done. Money is yuan text with two
 * decimals, unit prices up to six, quantities up to four; times are `yyyy-MM-dd HH:mm:ss`, Beijing.
 *
 * Changing calls are idempotent by the caller's id: the same id with the same content gives the
 * first answer again, with other content the refusal `conflict`.
 */
export const HIS_CALLS = [
  "find_patient",
  "create_patient",
  "bills",
  "departments",
  "schedules",
  "slots",
  "habit",
  "hold",
  "release",
  "post",
  "find_posting",
  "cancel",
] as const;
export type HisCall = (typeof HIS_CALLS)[number];

/** Definite refusals: nothing was changed. */
export const HIS_REFUSALS = [
  "bad_request",
  "bad_signature",
  "conflict",
  "unknown_institution",
  "unknown_patient",
  "unknown_bill",
  "unknown_schedule",
  "unknown_hold",
  "identity_mismatch",
  "slot_taken",
  "hold_expired",
  "hold_released",
  "hold_posted",
  "bill_paid",
  "bill_changed",
  "amount_mismatch",
  "posting_cancelled",
  "service_rendered",
  "not_possible",
] as const;
export type HisRefusal = (typeof HIS_REFUSALS)[number];

export const BILLS_PER_POSTING_MAX = 20;
export const BILLS_PER_ANSWER_MAX = 200;
export const LINES_PER_BILL_MAX = 100;
export const SCHEDULE_DAYS_MAX = 14;

const yuan = z.string().regex(/^\d{1,10}\.\d{2}$/);
const unitPrice = z.string().regex(/^\d{1,10}(\.\d{1,6})?$/);
const quantity = z.string().regex(/^\d{1,8}(\.\d{1,4})?$/);
const day = z.iso.date();
const time = z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/)
  .refine((text) => !Number.isNaN(Date.parse(text.replace(" ", "T"))), "expected a time");
const clockTime = z.string().regex(/^\d{2}:\d{2}$/);
const code = z.string().min(1).max(64);
const name = z.string().min(1).max(100);
const institutionCode = z.string().regex(/^H\d{11}$/);
const idNumber = z.string().regex(/^\d{17}[\dX]$/);
const callerId = z.string().regex(/^[0-9a-f-]{36}$/);

export const patientKeySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("id_number"), idNumber }),
  z.strictObject({ kind: z.literal("social_security"), socialSecurityNumber: code }),
  z.strictObject({
    kind: z.literal("card"),
    region: z.string().regex(/^\d{6}$/),
    cardNumber: code,
  }),
  z.strictObject({ kind: z.literal("health_index"), healthIndex: code }),
]);

export const findPatientSchema = z.strictObject({ institutionCode, by: patientKeySchema });

export const patientSchema = z.object({
  patientId: code,
  name,
  idNumber,
  gender: z.enum(["1", "2", "9"]),
  birth: day,
  phone: z.string().nullable(),
  healthIndex: code.nullable(),
});
export const foundPatientSchema = z.object({ patient: patientSchema.nullable() });

/** Real-name profile from an ID card (R-IDN-04). An existing record of the same number and name is given back. */
export const createPatientSchema = z.strictObject({
  requestId: callerId,
  institutionCode,
  idNumber,
  name,
  phone: z.string().regex(/^1\d{10}$/),
});
export const createdPatientSchema = z.object({ patient: patientSchema });

export const feeLineSchema = z.object({
  lineNumber: z.string().min(1).max(30),
  /** National catalogue code. */
  catalogueCode: z.string().min(1).max(50),
  itemCode: code,
  name,
  specification: name.nullable(),
  category: name,
  quantity,
  unit: z.string().min(1).max(20),
  price: unitPrice,
  amount: yuan,
});

const visitFields = {
  /** `category`: caty of the insurance dictionary, e.g. A02. */
  department: z.object({ code, name, category: z.string().min(1).max(10) }),
  /** National doctor code, `D…`. */
  doctor: z.object({ code, name, title: name }),
  diagnoses: z.array(z.object({ code, name })).max(20),
};

export const hisBillSchema = z.object({
  billId: code,
  title: name,
  ...visitFields,
  issuedAt: time,
  amount: yuan,
  lines: z.array(feeLineSchema).min(1).max(LINES_PER_BILL_MAX),
});
export const listBillsSchema = z.strictObject({ institutionCode, patientId: code });
export const billsSchema = z.object({
  bills: z.array(hisBillSchema).max(BILLS_PER_ANSWER_MAX),
});

export const listDepartmentsSchema = z.strictObject({ institutionCode, from: day });
export const departmentsSchema = z.object({
  departments: z.array(
    z.object({ code, name, location: name.nullable(), openSlots: z.number().int().min(0) }),
  ),
});

export const hisScheduleSchema = z.object({
  scheduleId: code,
  departmentCode: code,
  departmentName: name,
  doctorName: name,
  doctorTitle: name,
  day,
  half: z.enum(["morning", "afternoon"]),
  fee: yuan,
  openSlots: z.number().int().min(0),
});
export const listSchedulesSchema = z.strictObject({
  institutionCode,
  departmentCode: code,
  from: day,
  days: z.number().int().min(1).max(SCHEDULE_DAYS_MAX),
});
export const schedulesSchema = z.object({ schedules: z.array(hisScheduleSchema) });

export const hisSlotSchema = z.object({
  slotId: code,
  number: z.number().int().min(1),
  startsAt: clockTime,
  endsAt: clockTime,
  open: z.boolean(),
});
export const listSlotsSchema = z.strictObject({ institutionCode, scheduleId: code });
export const slotsSchema = z.object({ slots: z.array(hisSlotSchema) });

export const findHabitSchema = z.strictObject({ institutionCode, patientId: code });
export const habitSchema = z.object({
  habit: z.object({
    schedule: hisScheduleSchema,
    slot: hisSlotSchema,
    /** In the last year. */
    visits: z.number().int().min(1),
  }).nullable(),
});

/** `holdId` is our order id. */
export const holdSchema = z.strictObject({
  holdId: callerId,
  institutionCode,
  patientId: code,
  scheduleId: code,
  slotId: code,
});
export const heldSchema = z.object({
  holdId: callerId,
  expiresAt: time,
  ...visitFields,
  day,
  startsAt: clockTime,
  endsAt: clockTime,
  number: z.number().int().min(1),
  location: name.nullable(),
  amount: yuan,
  lines: z.array(feeLineSchema).min(1).max(LINES_PER_BILL_MAX),
});

/** Of a hold never seen it leaves a mark, so that it is refused (`hold_released`) if it still arrives. */
export const releaseSchema = z.strictObject({ holdId: callerId, institutionCode });
export const releasedSchema = z.object({ holdId: callerId });

export const postingTargetSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("bills"),
    billIds: z.array(code).min(1).max(BILLS_PER_POSTING_MAX),
  }),
  z.strictObject({ kind: z.literal("registration"), holdId: callerId }),
]);

/** `postingId` is our order id; `paidAt` is not part of the content that must stay the same. */
export const postSchema = z.strictObject({
  postingId: callerId,
  institutionCode,
  patientId: code,
  target: postingTargetSchema,
  total: yuan,
  fund: yuan,
  account: yuan,
  other: yuan,
  cash: yuan,
  insuranceSettlementId: code.nullable(),
  tender: z.strictObject({ tradeId: code, reference: code.nullable() }).nullable(),
  paidAt: time,
});
const postedFields = {
  receiptNumber: code,
  total: yuan,
  guidance: z.array(z.string().min(1).max(200)).max(10),
};
export const postedSchema = z.object({ postingId: callerId, ...postedFields });

export const findPostingSchema = z.strictObject({ postingId: callerId, institutionCode });
export const foundPostingSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("posted"), ...postedFields }),
  z.object({ state: z.literal("absent") }),
  z.object({ state: z.literal("cancelled") }),
]);

/** Of a posting never seen it leaves a mark, so that it is refused (`posting_cancelled`) if it still arrives. */
export const cancelSchema = z.strictObject({ postingId: callerId, institutionCode });
export const cancelledSchema = z.object({ postingId: callerId });

export const answerSchema = z.union([
  z.object({ code: z.literal("ok"), data: z.unknown() }),
  z.object({ code: z.enum(HIS_REFUSALS), message: z.string() }),
]);

export type PatientKey = z.infer<typeof patientKeySchema>;
export type FindPatient = z.infer<typeof findPatientSchema>;
export type HisPatient = z.infer<typeof patientSchema>;
export type CreatePatient = z.infer<typeof createPatientSchema>;
export type FeeLine = z.infer<typeof feeLineSchema>;
export type HisBill = z.infer<typeof hisBillSchema>;
export type HisDepartment = z.infer<typeof departmentsSchema>["departments"][number];
export type HisSchedule = z.infer<typeof hisScheduleSchema>;
export type ListSchedules = z.infer<typeof listSchedulesSchema>;
export type HisSlot = z.infer<typeof hisSlotSchema>;
export type HisHabit = z.infer<typeof habitSchema>["habit"];
export type Hold = z.infer<typeof holdSchema>;
export type Held = z.infer<typeof heldSchema>;
export type PostingTarget = z.infer<typeof postingTargetSchema>;
export type Post = z.infer<typeof postSchema>;
export type Posted = z.infer<typeof postedSchema>;
export type FoundPosting = z.infer<typeof foundPostingSchema>;
