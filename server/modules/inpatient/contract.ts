import { z } from "@hono/zod-openapi";
import { dayField, fenField, idField } from "../../platform/openapi.ts";
import { refundViewSchema } from "../refund/contract.ts";

/**
 * In-patients (住院) at a terminal, under an identification:
 *
 * | call | does |
 * |---|---|
 * | `GET /identifications/{id}/inpatient` | InpatientView: the stay, what can be paid in, what is due back |
 * | `POST /orders` with the payable `deposit` | pays in (R-PAY-18), as any order |
 * | `POST /discharge-refunds` AskDischargeBody | DischargeView; the same id is the same request (R-REF-07) |
 * | `GET /discharge-refunds/{id}` | DischargeView |
 *
 * In the console, for the window: `GET /orders/{id}/discharge`, `POST /discharge-refunds` and
 * `GET /discharge-refunds/{id}`, all with `refund.request`.
 */

/** Why nothing goes back here now. */
export const DISCHARGE_BARS = [
  "nothing_due",
  /** All of it was paid in at the window, or by ways that are not the platform's. */
  "not_paid_here",
  /** Another request is under way. */
  "in_another_refund",
  /** At a terminal only: at the window it goes. */
  "over_limit",
] as const;

export const DISCHARGE_STATES = [
  /** Or waits for an approval: then its refunds are `asked`. */
  "returning",
  "needs_attention",
  "returned",
  /** Some of it went back; the rest is paid out at the window. */
  "partly",
  /** HIS refused: nothing went back. */
  "refused",
] as const;

export const dischargeOfferSchema = z.object({
  dueFen: fenField.openapi({ description: "应退" }),
  /** Goes back the way it was paid, newest deposit first. */
  hereFen: fenField,
  /** 余额请到窗口办理 */
  elsewhereFen: fenField,
  parts: z.array(z.object({
    amountFen: fenField,
    paidOn: dayField,
    /** 微信支付, 银行卡（尾号1234）. */
    to: z.string().nullable(),
  })),
  /** Empty: it can be asked for. */
  bars: z.array(z.enum(DISCHARGE_BARS)),
  /** At the window only: beyond what staff may give back without another's approval. */
  needsApproval: z.boolean(),
}).openapi("DischargeOffer");

export const inpatientViewSchema = z.object({
  /** Null: no stay is known here. */
  account: z.object({
    maskedName: z.string(),
    maskedAdmissionNumber: z.string(),
    ward: z.string(),
    bed: z.string().nullable(),
    admittedOn: dayField,
    state: z.enum(["admitted", "discharged", "settled"]),
    balanceFen: fenField.openapi({ description: "Below zero the patient owes" }),
    /** Null: nothing can be paid in now. */
    topUp: z.object({
      choices: z.array(z.object({ id: z.string(), amountFen: fenField, suggested: z.boolean() })),
      /** May another amount be typed; null: no. */
      typed: z.object({ minFen: fenField, maxFen: fenField }).nullable(),
    }).nullable(),
    /** Null until the stay is settled. */
    discharge: dischargeOfferSchema.nullable(),
  }).nullable(),
}).openapi("InpatientView");

export const askDischargeBodySchema = z.strictObject({ id: idField, identificationId: idField })
  .openapi("AskDischargeBody");

export const dischargeViewSchema = z.object({
  id: idField,
  state: z.enum(DISCHARGE_STATES),
  dueFen: fenField,
  /** What goes, or went, back the way it was paid. */
  hereFen: fenField,
  elsewhereFen: fenField,
  refunds: z.array(refundViewSchema),
}).openapi("DischargeView");

export type DischargeBar = (typeof DISCHARGE_BARS)[number];
export type DischargeState = (typeof DISCHARGE_STATES)[number];
export type DischargeOffer = z.infer<typeof dischargeOfferSchema>;
export type InpatientView = z.infer<typeof inpatientViewSchema>;
export type AskDischargeBody = z.infer<typeof askDischargeBodySchema>;
export type DischargeView = z.infer<typeof dischargeViewSchema>;
