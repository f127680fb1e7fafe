import { z } from "@hono/zod-openapi";
import { TENDER_MODES } from "../payment/channel.ts";
import { fenField, idField, timeField } from "../../platform/openapi.ts";

export const ORDER_STATES = [
  "drafted",
  "priced",
  "presettled",
  "confirmed",
  "collecting",
  "settling",
  "fulfilling",
  "completed",
  "unwinding",
  "unwound",
  "needs_attention",
] as const;

/** What the order is for; the references are HIS's own, the amounts come from HIS alone. */
export const payableSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("bills"),
    billIds: z.array(z.string().min(1).max(64)).min(1).max(20),
  }),
  z.strictObject({
    kind: z.literal("registration"),
    scheduleId: z.string().min(1).max(64),
    slotId: z.string().min(1).max(64),
  }),
  /** 住院预交金, for the patient's present stay. */
  z.strictObject({
    kind: z.literal("deposit"),
    amount: z.union([
      /** One of the amounts the platform offered; it knows what that is in fen. */
      z.strictObject({ choice: z.string().regex(/^[a-z0-9-]{1,24}$/) }),
      /** Typed by the patient, where a setting allows it; judged by HIS's limits (decision 0016). */
      z.strictObject({ typedFen: z.string().regex(/^[1-9]\d{0,9}$/) }),
    ]),
  }),
]).openapi("Payable");

export const createOrderBodySchema = z.strictObject({
  /** Made by the terminal and on its disk before it is sent (rule 1). */
  id: idField,
  identificationId: idField,
  payable: payableSchema,
  settlement: z.enum(["insurance", "self_pay"]),
  /** Of the schemes the identification told; the usual one when absent (R-BIL-13). */
  scheme: z.string().regex(/^\d{3}$/).optional(),
  /** A relative whose account pays too, by his consent (R-PAY-03). */
  payer: z.strictObject({ consentId: idField }).optional(),
}).openapi("CreateOrderBody");

/** Says which quote was on the screen, never an amount. */
export const confirmOrderBodySchema = z.strictObject({
  quoteVersion: z.number().int().min(1),
  /** Of insurance, where the region wants one: the pad's envelope, never digits. */
  pin: z.string().min(1).max(1_024).optional(),
}).openapi("ConfirmOrderBody");

const hexField = (bytesMax: number) => z.string().regex(/^([0-9a-f]{2})+$/).max(2 * bytesMax);

/** A bank card at the terminal; travels only inside the sealed line. Bytes are lower-case hex. */
export const presentedCardSchema = z.strictObject({
  entry: z.enum(["magnetic", "inserted", "tapped"]),
  pan: z.string().regex(/^\d{13,19}$/),
  expiry: z.string().regex(/^\d{4}$/).nullable(),
  sequence: z.string().regex(/^\d{3}$/).nullable(),
  track2: z.string().regex(/^[0-9=D]{1,37}$/).nullable(),
  chip: hexField(255).nullable(),
  pinBlock: hexField(16).nullable().openapi({ description: "Under the terminal's PIN key" }),
  mac: hexField(16).openapi({ description: "By the terminal's pad over the sale" }),
}).openapi("PresentedCard");

/** How the cash part is paid; codes and cards are never stored. */
export const chooseTenderBodySchema = z.discriminatedUnion("mode", [
  z.strictObject({ id: idField, mode: z.literal("show_code") }),
  z.strictObject({
    id: idField,
    mode: z.literal("scan_code"),
    code: z.string().regex(/^\d{16,24}$/),
  }),
  z.strictObject({ id: idField, mode: z.literal("card"), card: presentedCardSchema }),
  /** 电子社保卡消费码 */
  z.strictObject({
    id: idField,
    mode: z.literal("citizen_code"),
    code: z.string().min(8).max(512),
  }),
  /** The cash part goes with the order at the medical-insurance payment centre. */
  z.strictObject({ id: idField, mode: z.literal("medical_mix") }),
]).openapi("ChooseTenderBody");

export const quoteSchema = z.object({
  version: z.number().int(),
  totalFen: fenField,
  fundFen: fenField.openapi({ description: "统筹" }),
  accountFen: fenField.openapi({ description: "个账，含共济" }),
  relativeFen: fenField.optional().openapi({
    description: "共济: what of accountFen a relative's account pays; absent where none does",
  }),
  otherFen: fenField,
  cashFen: fenField,
  accountBalanceFen: fenField.nullable().openapi({ description: "Balance after the settlement" }),
}).openapi("Quote");

/**
 * What the screen should show; the state says where the saga is.
 * `unknown`: money may have moved and we are asking; never to be shown as failed.
 */
export const STAGES = [
  "preparing",
  "confirm",
  "confirm_again",
  "choose_tender",
  "pay",
  "working",
  "unknown",
  "completed",
  "returning",
  "returned",
  "attention",
] as const;

export const tenderViewSchema = z.object({
  mode: z.enum(TENDER_MODES),
  state: z.enum(["opening", "waiting_for_patient", "password", "paid", "refused", "closing"]),
  codeText: z.string().nullable().openapi({ description: "What the QR on the screen says" }),
  expiresAt: timeField.nullable(),
  refusal: z.string().nullable().openapi({
    description: "Why, once refused",
    example: "payment.insufficient",
  }),
}).openapi("TenderView");

/** Everything a slip or the screen's receipt says; masked. */
export const receiptSchema = z.object({
  orderNumber: z.string(),
  receiptNumber: z.string().openapi({ description: "HIS's receipt number" }),
  institution: z.string(),
  terminalNumber: z.string(),
  maskedName: z.string(),
  maskedIdNumber: z.string(),
  title: z.string(),
  lines: z.array(
    z.object({ name: z.string(), quantity: z.string(), amountFen: fenField }),
  ),
  quote: quoteSchema,
  tender: z.string().nullable().openapi({ example: "微信支付" }),
  tenderReference: z.string().nullable(),
  insuranceReference: z.string().nullable().openapi({ description: "setl_id" }),
  registration: z.object({
    department: z.string(),
    doctor: z.string(),
    day: z.string(),
    time: z.string(),
    number: z.number().int(),
    location: z.string().nullable(),
  }).nullable(),
  guidance: z.array(z.string()).openapi({ description: "Where to go next" }),
  paidAt: timeField,
}).openapi("Receipt");

/** Of the fund and the account it is net: kept lines are settled anew and may shift the parts. */
const givenBackSchema = z.object({
  id: idField,
  state: z.enum(["returning", "returned", "suspended", "needs_attention"]),
  fundFen: z.string().regex(/^-?\d+$/),
  accountFen: z.string().regex(/^-?\d+$/),
  cashFen: fenField,
  at: timeField,
}).openapi("GivenBack");

export const orderViewSchema = z.object({
  id: idField,
  number: z.string().openapi({ description: "Short number to read out to staff" }),
  state: z.enum(ORDER_STATES),
  stage: z.enum(STAGES),
  kind: z.enum(["bills", "registration", "deposit"]),
  title: z.string(),
  settlement: z.enum(["insurance", "self_pay"]),
  quote: quoteSchema.nullable(),
  tender: tenderViewSchema.nullable(),
  /** Till when the present stage waits. */
  deadline: timeField.nullable(),
  /** Why the order turned back or stands: `checkout.slot_taken`, `checkout.insurance_refused` … */
  reason: z.string().nullable(),
  cancellable: z.boolean(),
  receipt: receiptSchema.nullable(),
  /** What went back of it, or is on its way (R-REF-05); absent where nothing was. */
  refunds: z.array(givenBackSchema).optional(),
}).openapi("OrderView");

/** One code for all ways to pay on a phone (一码付): what the QR on the screen says. */
export const payLinkSchema = z.object({ url: z.url(), expiresAt: timeField }).openapi("PayLink");

export type PayLink = z.infer<typeof payLinkSchema>;
export type OrderState = (typeof ORDER_STATES)[number];
export type Stage = (typeof STAGES)[number];
export type Payable = z.infer<typeof payableSchema>;
export type CreateOrderBody = z.infer<typeof createOrderBodySchema>;
export type ConfirmOrderBody = z.infer<typeof confirmOrderBodySchema>;
export type ChooseTenderBody = z.infer<typeof chooseTenderBodySchema>;
export type PresentedCardBody = z.infer<typeof presentedCardSchema>;
export type Quote = z.infer<typeof quoteSchema>;
export type TenderView = z.infer<typeof tenderViewSchema>;
export type Receipt = z.infer<typeof receiptSchema>;
export type OrderView = z.infer<typeof orderViewSchema>;
