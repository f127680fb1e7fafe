import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";

/** What a person is asked to agree to (个人信息保护法 第十四条、第二十九条). */
export const CONSENT_PURPOSES = [
  /** Handling of health and insurance data to serve the visit. */
  "treatment",
  /** The phone number, for messages on visits. */
  "notification",
  /** A face shown to the insurance terminal; the platform gets its result alone. */
  "face_verification",
] as const;

export const consentSchema = z.object({
  id: idField,
  purpose: z.enum(CONSENT_PURPOSES),
  decision: z.enum(["given", "withdrawn"]),
  noticeVersion: z.string().openapi({ description: "Of the notice that was shown" }),
  at: timeField,
  by: z.enum(["terminal", "account"]),
  /** The terminal's or the account's. */
  byId: z.string(),
  evidence: z.string().nullable(),
}).openapi("Consent");

/** From a terminal: the patient in front of it decided. */
export const recordConsentBodySchema = z.strictObject({
  id: idField,
  identificationId: idField,
  purpose: z.enum(CONSENT_PURPOSES),
  decision: z.enum(["given", "withdrawn"]),
  noticeVersion: z.string().regex(/^[\w.-]{1,32}$/),
}).openapi("RecordConsentBody");

/** At a counter: the person withdraws, on paper or by word. */
export const withdrawConsentBodySchema = z.strictObject({
  purpose: z.enum(CONSENT_PURPOSES),
  evidence: z.string().trim().min(5).max(200).openapi({
    description: "What proves it, e.g. the number of the form; no personal data",
  }),
}).openapi("WithdrawConsentBody");

export const consentListSchema = z.object({
  consents: z.array(consentSchema),
}).openapi("ConsentList");

export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];
export type Consent = z.infer<typeof consentSchema>;
export type RecordConsentBody = z.infer<typeof recordConsentBodySchema>;
export type WithdrawConsentBody = z.infer<typeof withdrawConsentBodySchema>;
