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
  "returnable",
  "return",
  "find_return",
  "presettle_claim",
  "settle_claim",
  "find_claim",
  "void_claim",
  "release_claim",
  "inpatient_account",
  "return_deposit",
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
  "already_returned",
  "unknown_posting",
  "not_possible",
  "insurance_refused",
  "insurance_token_expired",
  "insurance_period_closed",
  "claim_unknown",
  "claim_voided",
  "not_admitted",
  "amount_limits",
  "not_settled",
] as const;
export type HisRefusal = (typeof HIS_REFUSALS)[number];

export const BILLS_PER_POSTING_MAX = 20;
export const BILLS_PER_ANSWER_MAX = 200;
export const LINES_PER_BILL_MAX = 100;
export const SCHEDULE_DAYS_MAX = 14;

export const yuan = z.string().regex(/^\d{1,10}\.\d{2}$/);
const unitPrice = z.string().regex(/^\d{1,10}(\.\d{1,6})?$/);
const quantity = z.string().regex(/^\d{1,8}(\.\d{1,4})?$/);
export const day = z.iso.date();
const time = z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/)
  .refine((text) => !Number.isNaN(Date.parse(text.replace(" ", "T"))), "expected a time");
const clockTime = z.string().regex(/^\d{2}:\d{2}$/);
export const code = z.string().min(1).max(64);
export const name = z.string().min(1).max(100);
export const institutionCode = z.string().regex(/^H\d{11}$/);
const idNumber = z.string().regex(/^\d{17}[\dX]$/);
export const callerId = z.string().regex(/^[0-9a-f-]{36}$/);

export const patientKeySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("id_number"), idNumber }),
  z.strictObject({ kind: z.literal("social_security"), socialSecurityNumber: code }),
  z.strictObject({
    kind: z.literal("card"),
    region: z.string().regex(/^\d{6}$/),
    cardNumber: code,
  }),
  z.strictObject({ kind: z.literal("health_index"), healthIndex: code }),
  /** HIS's own number: of a patient HIS itself asks a payment of. */
  z.strictObject({ kind: z.literal("patient_id"), patientId: code }),
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
  /** HIS's number of the visit the bill is of. */
  visitId: code.optional(),
  /** 费用类型 (R-BIL-06): med_type of the insurance dictionary; 11 普通门诊 when absent. */
  feeType: z.object({ code: z.string().regex(/^\d{2,6}$/), name }).optional(),
  /** Meets what mobile insurance payment asks of a prescription (R-BIL-07); it does when absent. */
  mobilePayable: z.boolean().optional(),
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
  /** 住院预交金; refused `not_admitted` for a stay that is over, `amount_limits` outside of its limits. */
  z.strictObject({ kind: z.literal("deposit"), admissionNumber: code }),
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

const lineKeySchema = z.strictObject({ billId: code, lineNumber: z.string().min(1).max(30) });
const RETURNED_LINES_MAX = BILLS_PER_POSTING_MAX * LINES_PER_BILL_MAX;

/** What of a posting could be given back now (退费). */
export const returnableSchema = z.strictObject({ postingId: callerId, institutionCode });
export const foundReturnableSchema = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("posted"),
    /** All of it: handed out, executed or, of a registration, the patient was seen. */
    rendered: z.boolean(),
    /** Of bills; empty for a registration. */
    lines: z.array(
      lineKeySchema.extend({ state: z.enum(["open", "rendered", "returned"]) }),
    ).max(RETURNED_LINES_MAX),
  }),
  z.object({ state: z.literal("absent") }),
  z.object({ state: z.literal("cancelled") }),
]);

/**
 * Gives a posting back, whole (`lines` null) or in lines. `rest` says what becomes of the other
 * lines: `stays` posted, or `unpaid` again, to be settled and posted anew, rendered or not; then
 * `total` is the whole posting's, else the lines'. What is given back can never be posted again.
 * Once refused, a `returnId` stays refused: nothing takes back a return that is still under way.
 */
export const returnSchema = z.strictObject({
  returnId: callerId,
  postingId: callerId,
  institutionCode,
  lines: z.array(lineKeySchema).min(1).max(RETURNED_LINES_MAX).nullable(),
  rest: z.enum(["stays", "unpaid"]),
  total: yuan,
});
export const returnedSchema = z.object({ returnId: callerId, total: yuan });

export const findReturnSchema = z.strictObject({ returnId: callerId, institutionCode });
export const foundReturnSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("returned"), total: yuan }),
  z.object({ state: z.literal("absent") }),
]);

/**
 * Insurance settled by HIS (R-BIL-08, R-BIL-09, R-BIL-11): HIS talks to the centre, the platform to
 * HIS. `claimId` is our order id; a repeated call answers the same and moves money once. Where the
 * centre left HIS without an answer, HIS answers without its envelope, and `find_claim` asks there.
 */
const claimPlace = { claimId: callerId, institutionCode };
const claimCertificate = z.strictObject({
  /** mdtrt_cert_type: e-voucher token, ID card, social-security card. */
  type: z.enum(["01", "02", "03"]),
  number: code,
});
export const presettleClaimSchema = z.strictObject({
  ...claimPlace,
  patientId: code,
  /** Null: HIS goes by its own record of the patient. */
  certificate: claimCertificate.nullable(),
  visitNumber: z.string().min(1).max(30),
  medicalType: z.string().min(1).max(6),
  department: z.strictObject({ code, name, category: z.string().min(1).max(10) }),
  doctor: z.strictObject({ code, name }),
  diagnoses: z.array(z.strictObject({ code, name })).max(20),
  startedAt: time,
  total: yuan,
  lines: z.array(z.strictObject({
    lineNumber: z.string().min(1).max(30),
    catalogueCode: z.string().min(1).max(50),
    itemCode: code,
    quantity,
    price: unitPrice,
    amount: yuan,
    occurredAt: time,
  })).min(1).max(BILLS_PER_POSTING_MAX * LINES_PER_BILL_MAX),
});
const claimFigures = {
  total: yuan,
  fund: yuan,
  /** With the family's (共济). */
  account: yuan,
  other: yuan,
  cash: yuan,
  /** Of the account after it; null when the centre did not say. */
  balance: yuan.nullable(),
};
/** The last four add up to the total: 全自费, 超限价, 先行自付, 符合政策范围. */
export const presettledClaimSchema = z.object({
  claimId: callerId,
  ...claimFigures,
  fullOwnPay: yuan,
  overLimit: yuan,
  preSelfPay: yuan,
  inScope: yuan,
});
/** Moves money; with the certificate anew, as a token may have run out since. */
export const settleClaimSchema = z.strictObject({
  ...claimPlace,
  total: yuan,
  certificate: claimCertificate.nullable(),
});
export const settledClaimSchema = z.object({
  claimId: callerId,
  settlementId: code,
  ...claimFigures,
});
export const claimPlaceSchema = z.strictObject(claimPlace);
export const foundClaimSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("absent") }),
  z.object({ state: z.literal("quoted") }),
  z.object({ state: z.literal("settled"), settlementId: code, ...claimFigures }),
  z.object({ state: z.literal("voided"), voidId: code.nullable() }),
]);
/** Of a claim never settled it leaves a mark, so that a late `settle_claim` is refused (`claim_voided`). */
export const voidedClaimSchema = z.object({ claimId: callerId, voidId: code.nullable() });
export const releasedClaimSchema = z.object({ claimId: callerId });

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
export type LineKey = z.infer<typeof lineKeySchema>;
export type FoundReturnable = z.infer<typeof foundReturnableSchema>;
export type Return = z.infer<typeof returnSchema>;
export type ReturnedPosting = z.infer<typeof returnedSchema>;
export type FoundReturn = z.infer<typeof foundReturnSchema>;
export type PresettleClaim = z.infer<typeof presettleClaimSchema>;
export type PresettledClaim = z.infer<typeof presettledClaimSchema>;
export type SettleClaim = z.infer<typeof settleClaimSchema>;
export type SettledClaim = z.infer<typeof settledClaimSchema>;
export type ClaimPlace = z.infer<typeof claimPlaceSchema>;
export type FoundClaim = z.infer<typeof foundClaimSchema>;
export type VoidedClaim = z.infer<typeof voidedClaimSchema>;
