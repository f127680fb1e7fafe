import { z } from "@hono/zod-openapi";
import { fenField, idField, timeField } from "../../platform/openapi.ts";

/**
 * Refunds (退费). At a terminal, under an identification:
 *
 * | call | does |
 * |---|---|
 * | `GET /identifications/{id}/refundable` | RefundableList: the patient's paid orders here |
 * | `GET /identifications/{id}/refundable/{orderId}` | Refundable: lines, and why not, if not |
 * | `POST /refunds` RequestRefundBody | RefundView; the same id and content is the same refund |
 * | `GET /refunds/{id}` | RefundView |
 */
const ASKED_REASONS = [
  "not_wanted",
  "wrong_item",
  "duplicate",
  "doctor_changed",
  "registration_cancelled",
  "other",
] as const;

/** `discharged`: what was left of a deposit after the stay was settled; `inpatient/` asks for it. */
export const REFUND_REASONS = [...ASKED_REASONS, "discharged"] as const;

/** Why an order, or some of its lines, cannot be given back now (R-REF-04). */
export const REFUND_BARS = [
  "not_paid",
  "already_refunded",
  "in_another_refund",
  /** Medicine was handed out, or the examination made. */
  "rendered",
  /** The patient was seen under this registration. */
  "seen",
  "too_old",
  /** The insurance centre has cleared that month: a person has to see to it. */
  "period_closed",
  /** At a terminal only: at the window it goes. */
  "not_here",
  "other_day",
  "over_limit",
  /** A deposit of an in-patient: it goes back when the stay is settled. */
  "at_discharge",
  /** Changed past the platform, erased, or not known in lines. */
  "needs_person",
  /** HIS does not answer; ask again. */
  "his_unavailable",
] as const;

export const REFUND_STATES = [
  /** Waits for somebody's approval. */
  "asked",
  "rejected",
  /** Money is on its way back, or asked after. */
  "returning",
  "needs_attention",
  /** HIS refused: nothing was given back. */
  "refused",
  "returned",
] as const;

const linesField = z.array(z.number().int().min(0).max(2_000)).min(1).max(200).nullable().openapi({
  description: "Places of the lines in the order's list; null for all that stands",
});

export const requestRefundBodySchema = z.strictObject({
  id: idField,
  identificationId: idField,
  orderId: idField,
  lines: linesField,
  why: z.enum(ASKED_REASONS),
}).openapi("RequestRefundBody");

export const refundableLineSchema = z.object({
  place: z.number().int(),
  name: z.string(),
  quantity: z.string(),
  amountFen: fenField,
  state: z.enum(["open", "rendered", "returned"]),
}).openapi("RefundableLine");

export const refundableSchema = z.object({
  orderId: idField,
  orderNumber: z.string(),
  title: z.string(),
  kind: z.enum(["bills", "registration", "deposit"]),
  paidAt: timeField,
  /** What stands of it. */
  valueFen: fenField,
  cashFen: fenField.openapi({ description: "At most this much cash goes back" }),
  insuranceFen: fenField,
  lines: z.array(refundableLineSchema),
  /** Only in whole: a registration, or lines HIS has no names for. */
  wholeOnly: z.boolean(),
  /** Empty: it can be given back. */
  bars: z.array(z.enum(REFUND_BARS)),
  /** Beyond what staff may give back without another's approval. */
  needsApproval: z.boolean(),
}).openapi("Refundable");

export const refundableListSchema = z.object({
  orders: z.array(z.object({
    orderId: idField,
    orderNumber: z.string(),
    title: z.string(),
    kind: z.enum(["bills", "registration"]),
    paidAt: timeField,
    totalFen: fenField,
    /** Its last refund, if there ever was one. */
    refundId: idField.nullable(),
  })),
}).openapi("RefundableList");

/** What came back by which way; slip and screen say it. */
const returnedPartSchema = z.object({
  way: z.enum(["fund", "account", "other", "cash"]),
  amountFen: fenField,
  state: z.enum(["waiting", "returned", "suspended"]),
  /** 微信支付, 银行卡（尾号1234）; null but for cash. */
  to: z.string().nullable(),
  reference: z.string().nullable(),
  arrives: z.enum(["at_once", "within_days"]),
});

export const refundViewSchema = z.object({
  id: idField,
  number: z.string().nullable().openapi({ description: "Short number to read out" }),
  orderId: idField,
  orderNumber: z.string(),
  title: z.string(),
  state: z.enum(REFUND_STATES),
  why: z.enum(REFUND_REASONS),
  askedBy: z.enum(["patient", "staff"]),
  askedAt: timeField,
  endedAt: timeField.nullable(),
  /** What the lines cost that were asked for. */
  valueFen: fenField,
  lines: z.array(z.object({ name: z.string(), quantity: z.string(), amountFen: fenField })),
  parts: z.array(returnedPartSchema),
  /** Lines that were settled anew: what they cost now. */
  keptFen: fenField,
  keptCashFen: fenField,
  /** Everything went back though part was asked for: the kept lines could not be settled anew. */
  gaveEverything: z.boolean(),
  /** HIS's or insurance's code of a refusal. */
  reason: z.string().nullable(),
  /** For the slip. */
  slip: z.object({
    institution: z.string(),
    terminalNumber: z.string(),
    maskedName: z.string(),
    maskedIdNumber: z.string(),
  }).nullable(),
}).openapi("RefundView");

export type RefundReason = (typeof REFUND_REASONS)[number];
export type RefundBar = (typeof REFUND_BARS)[number];
export type RefundState = (typeof REFUND_STATES)[number];
export type RequestRefundBody = z.infer<typeof requestRefundBodySchema>;
export type Refundable = z.infer<typeof refundableSchema>;
export type RefundableList = z.infer<typeof refundableListSchema>;
export type RefundView = z.infer<typeof refundViewSchema>;
