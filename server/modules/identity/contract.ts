import { z } from "@hono/zod-openapi";
import { SERVICES } from "../settings/contract.ts";
import { fenField, idField } from "../../platform/openapi.ts";

/**
 * What a patient presents (R-IDN-01). Card fields are those of `iReadCardBas` and of the ID card's
 * text record; a scanned code travels as read, the platform finds out what it is.
 */
export const credentialSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("social_security_card"),
    region: z.string().regex(/^\d{6}$/),
    socialSecurityNumber: z.string().min(15).max(20),
    cardNumber: z.string().min(6).max(32),
    cardIdentifier: z.string().min(6).max(64).openapi({ description: "卡识别码" }),
    name: z.string().min(1).max(60),
    version: z.enum(["1.00", "2.00", "3.00"]),
  }),
  z.strictObject({
    kind: z.literal("id_card"),
    idNumber: z.string().regex(/^\d{17}[\dX]$/),
    name: z.string().min(1).max(60),
    validUntil: z.string().max(8).openapi({ description: "yyyyMMdd or 长期" }),
  }),
  /** A face that the insurance terminal authorised; the token is of this one use. */
  z.strictObject({
    kind: z.literal("insurance_face"),
    idNumber: z.string().regex(/^\d{17}[\dX]$/),
    name: z.string().min(1).max(60),
    token: z.string().min(1).max(512),
    region: z.string().regex(/^\d{6}$/).openapi({ description: "参保地" }),
  }),
  z.strictObject({
    kind: z.literal("scanned_code"),
    code: z.string().min(6).max(4096),
  }),
]).openapi("Credential");

export const identifyBodySchema = z.strictObject({
  /** Chosen by the terminal; names the session in every later call. */
  id: idField,
  credential: credentialSchema,
  /** What it is shown for, where that is known: a token of insurance is bound to its use. */
  service: z.enum(SERVICES).optional(),
}).openapi("IdentifyBody");

/** Another medium, or a fresh code, of the person the session is about. */
export const presentAgainBodySchema = z.strictObject({
  credential: credentialSchema,
  service: z.enum(SERVICES).optional(),
}).openapi("PresentAgainBody");

export const createProfileBodySchema = z.strictObject({
  phone: z.string().regex(/^1\d{10}$/),
}).openapi("CreateProfileBody");

export const patientViewSchema = z.object({
  maskedName: z.string().openapi({ example: "陈*明" }),
  maskedIdNumber: z.string().openapi({ example: "4419**********0012" }),
  maskedPhone: z.string().nullable(),
  gender: z.enum(["male", "female", "unknown"]),
  age: z.number().int().nullable(),
}).openapi("PatientView");

export const insuranceViewSchema = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("covered"),
    scheme: z.string().openapi({ description: "insutype, e.g. 310", example: "310" }),
    schemeName: z.string().openapi({ example: "职工基本医疗保险" }),
    accountBalanceFen: fenField,
    /** All in force, the usual one first; an order may name another (R-BIL-13). */
    schemes: z.array(z.object({
      scheme: z.string(),
      schemeName: z.string(),
    })).optional(),
    /** The insurance terminal that knew a face hears what became of its settlement (R-BIL-16). */
    tellsOutcome: z.boolean().optional(),
  }),
  /** The insurance platform knows nobody, or nothing valid: pay oneself. */
  z.object({ status: z.literal("not_covered") }),
  /** The insurance platform does not answer: self-pay is offered, and said so. */
  z.object({ status: z.literal("unavailable") }),
]).openapi("InsuranceView");

export const identifyReplySchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("known"),
    id: idField,
    patient: patientViewSchema,
    insurance: insuranceViewSchema,
  }),
  /** A person, but HIS has no record; `canCreate` only when an ID card proved name and number (R-IDN-04). */
  z.object({
    kind: z.literal("no_record"),
    id: idField,
    patient: patientViewSchema,
    canCreate: z.boolean(),
  }),
  /** Not a credential we know, expired, or revoked. */
  z.object({
    kind: z.literal("not_recognised"),
    reason: z.enum(["unknown_card", "unknown_code", "expired_code", "card_expired"]),
  }),
  /** The party that could tell does not answer. */
  z.object({
    kind: z.literal("unavailable"),
    party: z.enum(["his", "insurance", "citizen_code"]),
  }),
]).openapi("IdentifyReply");

export type Credential = z.infer<typeof credentialSchema>;
export type IdentifyBody = z.infer<typeof identifyBodySchema>;
export type PresentAgainBody = z.infer<typeof presentAgainBodySchema>;
export type CreateProfileBody = z.infer<typeof createProfileBodySchema>;
export type PatientView = z.infer<typeof patientViewSchema>;
export type InsuranceView = z.infer<typeof insuranceViewSchema>;
export type IdentifyReply = z.infer<typeof identifyReplySchema>;
