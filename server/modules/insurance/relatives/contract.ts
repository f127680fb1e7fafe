import { z } from "@hono/zod-openapi";
import { credentialSchema } from "../../identity/contract.ts";
import { fenField, idField, timeField } from "../../../platform/openapi.ts";

/** Who may lend his account: 近亲属 of 家庭共济 (国办发〔2024〕37号). */
export const RELATIONS = [
  "spouse",
  "parent",
  "child",
  "grandparent",
  "grandchild",
  "sibling",
] as const;

const CONSENT_DAYS_MAX = 365;

/** The relative shows a medium of his own at the terminal where the patient stands. */
export const giveConsentBodySchema = z.strictObject({
  id: idField,
  /** The patient's session. */
  identificationId: idField,
  credential: credentialSchema,
  relation: z.enum(RELATIONS).openapi({ description: "What the relative is to the patient" }),
  noticeVersion: z.string().regex(/^[\w.-]{1,32}$/),
  days: z.number().int().min(1).max(CONSENT_DAYS_MAX).openapi({ description: "How long it holds" }),
}).openapi("GiveRelativeConsentBody");

export const withdrawRelativeBodySchema = z.strictObject({
  /** Of the patient, or of the relative himself. */
  identificationId: idField,
}).openapi("WithdrawRelativeConsentBody");

export const relativeSchema = z.object({
  consentId: idField.openapi({ description: "What an order names as its `payer`" }),
  maskedName: z.string(),
  relation: z.enum(RELATIONS),
  until: timeField,
}).openapi("Relative");

export const givenConsentSchema = relativeSchema.extend({
  accountBalanceFen: fenField,
}).openapi("GivenRelativeConsent");

export const relativesSchema = z.object({ relatives: z.array(relativeSchema) })
  .openapi("Relatives");

export type Relation = (typeof RELATIONS)[number];
export type GiveConsentBody = z.infer<typeof giveConsentBodySchema>;
export type Relatives = z.infer<typeof relativesSchema>;
export type RelativeView = z.infer<typeof relativeSchema>;
export type GivenConsent = z.infer<typeof givenConsentSchema>;
