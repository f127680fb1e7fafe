import { z } from "@hono/zod-openapi";
import { fenField, idField, timeField } from "../../../platform/openapi.ts";
import { limitField, lineField } from "../../access/page.ts";
import {
  REFUND_REASONS,
  REFUND_STATES,
  refundViewSchema,
  requestRefundBodySchema,
} from "../contract.ts";

/**
 * Refunds in the console (`/api/console/v1`):
 *
 * | call | takes | does |
 * |---|---|---|
 * | `GET /refunds?…` | `refund.read` | RefundPage, newest first |
 * | `GET /refunds/{id}` | `refund.read` | ConsoleRefund |
 * | `GET /orders/{id}/refundable` | `refund.request` | Refundable: lines, and why not, if not |
 * | `POST /refunds` | `refund.request`, confirmed | begins, or waits for approval over the limit |
 * | `POST /refunds/{id}/decide` | `refund.approve`, confirmed | by another than who asked |
 * | `POST /refunds/{id}/withdraw` | `refund.request` | by who asked, while it waits |
 * | `POST /refunds/{id}/acts` | `refund.request`, confirmed | asks, with evidence, for what a person must do |
 * | `POST /refunds/{id}/acts/{actId}/decide` | `refund.approve`, confirmed | by another |
 */
const NOTE_LENGTH_MAX = 200;
const EVIDENCE_LENGTH_MAX = 500;

export const REFUND_ACTS = [
  /** The channel refuses (card closed, wallet gone): the cash is set aside. */
  "suspend",
  /** The insurance centre's people took the settlement back, as its interface would not. */
  "returned_by_hand",
  /** Kept lines are not settled anew; everything goes back. */
  "give_everything",
  /** Cash that was set aside has been paid out outside of the platform. */
  "pay_out",
  /** Beyond the schedule nobody knows: what became of insurance's part, or the cash, is stated. */
  "insurance_done",
  "insurance_not_done",
  "cash_done",
  "cash_not_done",
  /** Stated done, and its party says that it is not: the books take it back. */
  "insurance_corrected",
  "cash_corrected",
] as const;

export const staffRefundBodySchema = requestRefundBodySchema.omit({ identificationId: true })
  .extend({ note: lineField(NOTE_LENGTH_MAX).nullable() }).openapi("StaffRefundBody");

export const decideRefundBodySchema = z.strictObject({
  verdict: z.enum(["approved", "rejected"]),
  note: lineField(NOTE_LENGTH_MAX).nullable(),
}).openapi("DecideRefundBody");

export const refundActBodySchema = z.strictObject({
  id: idField,
  kind: z.enum(REFUND_ACTS),
  evidence: lineField(EVIDENCE_LENGTH_MAX),
}).openapi("RefundActBody");

export const decideActBodySchema = z.strictObject({ verdict: z.enum(["done", "rejected"]) })
  .openapi("DecideRefundActBody");

export const refundQuerySchema = z.strictObject({
  waiting: z.enum(["true", "false"]).optional().openapi({ description: "For approval" }),
  state: z.enum(REFUND_STATES).optional(),
  organisationId: idField.optional(),
  /** What was paid. */
  orderId: idField.optional(),
  olderThanMinutes: z.coerce.number().int().min(1).max(100_000).optional(),
  after: idField.optional(),
  limit: limitField,
});

export const refundPageSchema = z.object({
  refunds: z.array(z.object({
    id: idField,
    orderId: idField,
    orderNumber: z.string().nullable(),
    institutionName: z.string(),
    state: z.enum(REFUND_STATES),
    why: z.enum(REFUND_REASONS),
    askedBy: z.enum(["patient", "staff"]),
    askedByName: z.string().nullable(),
    askedAt: timeField,
    valueFen: fenField,
  })),
  next: z.string().nullable(),
}).openapi("RefundPage");

const refundActSchema = z.object({
  id: idField,
  kind: z.enum(REFUND_ACTS),
  state: z.enum(["asked", "done", "rejected"]),
  amountFen: fenField.nullable(),
  /** Only for those who may see orders here; null also once its time was over. */
  evidence: z.string().nullable(),
  askedBy: z.string().openapi({ description: "Account" }),
  askedByName: z.string().nullable(),
  askedAt: timeField,
  decidedByName: z.string().nullable(),
  decidedAt: timeField.nullable(),
});

export const consoleRefundSchema = z.object({
  refund: refundViewSchema,
  /** Only for those who may see orders here; as decisionNote. */
  note: z.string().nullable(),
  accountId: z.string().nullable().openapi({ description: "Who asked; null for a patient" }),
  askedByName: z.string().nullable(),
  decidedByName: z.string().nullable(),
  decidedAt: timeField.nullable(),
  decisionNote: z.string().nullable(),
  acts: z.array(refundActSchema),
  /** What was stated, and what its party said of it since; `contradicted` calls a person. */
  statements: z.array(z.object({
    part: z.enum(["insurance", "cash"]),
    outcome: z.enum(["done", "not_done"]),
    answer: z.enum(["open", "confirmed", "contradicted"]),
    nextAskAt: timeField.nullable().openapi({ description: "Null: its party is asked no more" }),
    /** Of `acts`: who stated it, when, and by which evidence. */
    actId: z.string(),
  })),
}).openapi("ConsoleRefund");

export type RefundQuery = z.infer<typeof refundQuerySchema>;
export type StaffRefundBody = z.infer<typeof staffRefundBodySchema>;
export type DecideRefundBody = z.infer<typeof decideRefundBodySchema>;
export type RefundActBody = z.infer<typeof refundActBodySchema>;
export type DecideRefundActBody = z.infer<typeof decideActBodySchema>;
export type RefundPage = z.infer<typeof refundPageSchema>;
export type ConsoleRefund = z.infer<typeof consoleRefundSchema>;
