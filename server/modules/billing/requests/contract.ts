import { z } from "@hono/zod-openapi";
import { limitField } from "../../access/page.ts";
import { ORDER_STATES } from "../../checkout/contract.ts";
import { idField, timeField } from "../../../platform/openapi.ts";

/**
 * A hospital's own system asks for a payment (R-PAY-15, R-PAY-09); for its vendor.
 *
 * | code | status | means |
 * | --- | --- | --- |
 * | `billing.number_taken` | 409 | the number was used for something else; take another |
 * | `billing.request_paid` | 409 | it cannot be withdrawn any more |
 * | `billing.no_pay_page` | 409 | the platform has no address phones reach (`public_url`) |
 * | `billing.not_found` | 404 | none of that number, or it is over for weeks |
 * | `access.not_found` | 404 | no such institution, or it is not the program's |
 */

/** A slip is paid in days, not weeks; HIS prints another. */
const EXPIRES_HOURS_MAX = 7 * 24;
const EXPIRES_HOURS_DEFAULT = 24;
const REQUESTED_BILLS_MAX = 20;

/** fixmedins_code. */
const institutionField = z.string().regex(/^[0-9A-Za-z-]{1,64}$/);
const numberField = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/);
const hisField = z.string().min(1).max(64);

export const requestBodySchema = z.strictObject({
  institution: institutionField.openapi({ example: "H44190000001" }),
  number: numberField.openapi({
    description: "The hospital's own: the same with the same content is the same request",
  }),
  patientNumber: hisField.openapi({ description: "HIS's own number of the patient" }),
  /** No amount: HIS is asked for it when a phone opens the page. */
  bills: z.union([
    z.strictObject({
      billIds: z.array(hisField).min(1).max(REQUESTED_BILLS_MAX)
        .refine((ids) => new Set(ids).size === ids.length, "expected each bill once"),
    }),
    /** All bills of a visit that are unpaid when the phone asks. */
    z.strictObject({ visitId: hisField }),
  ]),
  expiresInHours: z.number().int().min(1).max(EXPIRES_HOURS_MAX).default(EXPIRES_HOURS_DEFAULT),
}).openapi("RequestPaymentBody");

export const requestParamsSchema = z.strictObject({
  institution: institutionField,
  number: numberField,
});

/** `paying`: an order is on its way; a withdrawn or expired request's may still be. */
const REQUEST_STATES = ["open", "paying", "paid", "withdrawn", "expired"] as const;

export const paymentRequestSchema = z.object({
  id: idField,
  institution: z.string(),
  number: z.string(),
  state: z.enum(REQUEST_STATES),
  url: z.url().nullable().openapi({ description: "For the slip's QR; null when it is over" }),
  madeAt: timeField,
  expiresAt: timeField,
  withdrawnAt: timeField.nullable(),
  order: z.object({
    id: idField.openapi({ description: "The postingId under which HIS is told of the payment" }),
    number: z.string(),
    state: z.enum(ORDER_STATES),
  }).nullable().openapi({ description: "The last one begun; null before any" }),
}).openapi("PaymentRequest");

export const requestQuerySchema = z.strictObject({
  /** `next` of the page before. */
  cursor: idField.optional(),
  limit: limitField,
});

export const requestPageSchema = z.object({
  requests: z.array(paymentRequestSchema),
  next: z.string().nullable(),
}).openapi("PaymentRequestPage");

/** For staff of the places; without the address, which is the right to pay. */
export const staffRequestQuerySchema = z.strictObject({
  organisationId: idField.optional(),
  number: numberField.optional(),
  cursor: idField.optional(),
  limit: limitField,
});

export const staffRequestPageSchema = z.object({
  requests: z.array(
    paymentRequestSchema.omit({ url: true }).extend({ institutionName: z.string() }),
  ),
  next: z.string().nullable(),
}).openapi("StaffPaymentRequestPage");

export type StaffRequestQuery = z.infer<typeof staffRequestQuerySchema>;
export type StaffRequestPage = z.infer<typeof staffRequestPageSchema>;
export type RequestBody = z.infer<typeof requestBodySchema>;
export type RequestState = (typeof REQUEST_STATES)[number];
export type PaymentRequest = z.infer<typeof paymentRequestSchema>;
export type RequestPage = z.infer<typeof requestPageSchema>;
export type RequestQuery = z.infer<typeof requestQuerySchema>;
