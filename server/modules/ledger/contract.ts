import { z } from "@hono/zod-openapi";
import { dayField, fenField, idField, timeField } from "../../platform/openapi.ts";
import { limitField, pageCursor } from "../access/page.ts";
import { POSTING_CAUSES } from "./posting.ts";

const MINUTE_MS = 60_000;

/** Bands of age, each from its bound to the next, by which open holds are counted. */
export const HOLD_AGES_MS = [0, 15 * MINUTE_MS, 60 * MINUTE_MS, 1_440 * MINUTE_MS] as const;

/** `GET /api/console/v1/holds`: money paid for and neither posted nor given back, oldest first. */
export const holdsReplySchema = z.object({
  holds: z.array(z.object({
    orderId: z.string(),
    /** As it stands on the slip; null where no order has it. */
    orderNumber: z.string().nullable(),
    /** HIS gave it back, and it is on its way to whoever paid. */
    isRefund: z.boolean(),
    /** What of it the patient paid, and insurance settled; both zero of a refund. */
    cashFen: fenField,
    insuranceFen: fenField,
    institutionId: z.string(),
    institutionName: z.string(),
    amountFen: fenField,
    since: timeField,
  })),
  /** There are more than are listed. */
  more: z.boolean(),
  /** Of all, youngest band first. */
  ages: z.array(z.object({
    overMs: z.number().int(),
    holds: z.number().int(),
    amountFen: fenField,
  })),
}).openapi("ConsoleHolds");

/**
 * The books in the console (`/api/console/v1`), all under `ledger.read`:
 *
 * | call | does |
 * |---|---|
 * | `GET /ledger/trial-balance?organisationId&day\|at` | TrialBalanceReply: a node with all below it |
 * | `GET /ledger/trial-balance/export?…` | the same by institution, as CSV |
 * | `GET /ledger/postings?organisationId&day&account&cursor&limit` | PostingPage |
 */
export const trialBalanceQuerySchema = z.strictObject({
  /** The first node of what the caller sees when absent. */
  organisationId: idField.optional(),
  /** A whole day; today when neither this nor `at` is given. */
  day: dayField.optional(),
  /** Up to this instant, of the day it lies in. */
  at: timeField.optional(),
}).refine(({ day, at }) => day === undefined || at === undefined, "expected day or at, not both");

const sumsFields = {
  /** Debits less credits of all before the day. */
  openingFen: fenField,
  debitFen: fenField,
  creditFen: fenField,
  balanceFen: fenField,
};

export const trialBalanceReplySchema = z.object({
  organisation: z.object({ id: idField, name: z.string() }),
  day: dayField,
  /** Null for the whole day. */
  at: timeField.nullable(),
  /** Nothing can be posted into the day any more. */
  closed: z.boolean(),
  accounts: z.array(z.object({ account: z.string(), ...sumsFields })),
  /** Opening and balance are zero, and debits are credits; else somebody wrote into the books. */
  total: z.object(sumsFields),
}).openapi("TrialBalanceReply");

export const postingQuerySchema = z.strictObject({
  /** As of the trial balance. */
  organisationId: idField.optional(),
  day: dayField.optional(),
  account: z.string().min(1).max(64).optional(),
  cursor: pageCursor.optional(),
  limit: limitField,
});

export const postingPageSchema = z.object({
  postings: z.array(z.object({
    orderId: z.string(),
    n: z.number().int(),
    institutionName: z.string(),
    cause: z.enum(POSTING_CAUSES),
    debit: z.string(),
    credit: z.string(),
    amountFen: fenField,
    postedAt: timeField,
  })),
  next: z.string().nullable(),
}).openapi("PostingPage");

export type HoldsReply = z.infer<typeof holdsReplySchema>;
export type TrialBalanceQuery = z.infer<typeof trialBalanceQuerySchema>;
export type TrialBalanceReply = z.infer<typeof trialBalanceReplySchema>;
export type PostingQuery = z.infer<typeof postingQuerySchema>;
export type PostingPage = z.infer<typeof postingPageSchema>;
