import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../../platform/openapi.ts";
import { limitField } from "../../../access/page.ts";
import { RELATIONS } from "../contract.ts";

/**
 * Relatives' consents in the console (`/api/console/v1`), of institutions in scope:
 *
 * | call | takes | does |
 * |---|---|---|
 * | `POST /relative-consents/search` | `relative.read` | RelativeConsentPage, newest first |
 * | `POST /relative-consents/{id}/withdraw` | `relative.withdraw`, confirmed | for a person at the counter |
 */
export const CONSENT_STATES = ["in_force", "withdrawn", "expired"] as const;

const ID_NUMBER_LENGTH_MIN = 4;
const ID_NUMBER_LENGTH_MAX = 64;
const REASON_LENGTH_MIN = 5;
const REASON_LENGTH_MAX = 200;

/** The number is in a body, never in an address: addresses stand in logs. */
export const searchConsentsBodySchema = z.strictObject({
  idNumber: z.string().trim().min(ID_NUMBER_LENGTH_MIN).max(ID_NUMBER_LENGTH_MAX).optional()
    .openapi({ description: "Of the patient or of the relative, whole" }),
  state: z.enum(CONSENT_STATES).optional(),
  after: idField.optional(),
  limit: limitField,
}).openapi("SearchRelativeConsentsBody");

export const withdrawByStaffBodySchema = z.strictObject({
  reason: z.string().trim().min(REASON_LENGTH_MIN).max(REASON_LENGTH_MAX).openapi({
    description: "Who asked for it and how, as the audit trail keeps it; no personal data",
  }),
}).openapi("WithdrawRelativeConsentByStaffBody");

export const relativeConsentSchema = z.object({
  id: idField,
  state: z.enum(CONSENT_STATES),
  patientId: idField,
  maskedPatientName: z.string(),
  maskedPatientIdNumber: z.string(),
  maskedRelativeName: z.string(),
  relation: z.enum(RELATIONS),
  credential: z.string().openapi({ description: "What the relative showed" }),
  institutionName: z.string(),
  terminalNumber: z.string().nullable(),
  givenAt: timeField,
  until: timeField,
  withdrawnAt: timeField.nullable(),
  /** Null while it stands; `people`: one of the two, in a session at a terminal. */
  withdrawnBy: z.enum(["people", "staff"]).nullable(),
  withdrawnByName: z.string().nullable(),
}).openapi("RelativeConsent");

export const relativeConsentPageSchema = z.object({
  consents: z.array(relativeConsentSchema),
  next: z.string().nullable(),
}).openapi("RelativeConsentPage");

export type ConsentState = (typeof CONSENT_STATES)[number];
export type SearchConsentsBody = z.infer<typeof searchConsentsBodySchema>;
export type WithdrawByStaffBody = z.infer<typeof withdrawByStaffBodySchema>;
export type RelativeConsent = z.infer<typeof relativeConsentSchema>;
export type RelativeConsentPage = z.infer<typeof relativeConsentPageSchema>;
