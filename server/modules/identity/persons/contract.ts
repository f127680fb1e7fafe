import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";

/** By what a person is looked for; the value is compared by blind index, whole or not at all. */
export const SEARCH_BY = ["id_number", "phone", "card_number", "card_identifier"] as const;

/** What may be shown in clear. */
export const REVEALED_FIELDS = ["name", "idNumber", "phone"] as const;

/** In a body, never in an address: addresses stand in logs. */
export const searchPersonsBodySchema = z.strictObject({
  by: z.enum(SEARCH_BY),
  value: z.string().trim().min(4).max(64),
}).openapi("SearchPersonsBody");

export const personViewSchema = z.object({
  id: idField,
  maskedName: z.string().openapi({ example: "陈*明" }),
  maskedIdNumber: z.string().openapi({ example: "4419**********0012" }),
  maskedPhone: z.string().nullable().openapi({ example: "138****0000" }),
  gender: z.enum(["male", "female", "unknown"]),
  age: z.number().int().nullable(),
  createdAt: timeField,
  /** Where he was identified, of those the caller may see. */
  institutions: z.array(z.object({ id: idField, name: z.string(), since: timeField })),
  media: z.array(z.object({ kind: z.string(), lastSeenAt: timeField })),
}).openapi("PersonView");

export const searchPersonsReplySchema = z.object({
  persons: z.array(personViewSchema).max(20),
}).openapi("SearchPersonsReply");

const reason = z.string().trim().min(5).max(200).openapi({
  description: "Why, as the audit trail keeps it; no personal data",
});

export const revealPersonBodySchema = z.strictObject({
  fields: z.array(z.enum(REVEALED_FIELDS)).min(1).max(REVEALED_FIELDS.length),
  reason,
}).openapi("RevealPersonBody");

/** Only what was asked for. */
export const revealedPersonSchema = z.object({
  name: z.string().optional(),
  idNumber: z.string().optional(),
  phone: z.string().nullable().optional(),
}).openapi("RevealedPerson");

/** Of an export (个人信息保护法 第四十五条) and of a deletion (第四十七条). */
export const personReasonBodySchema = z.strictObject({ reason }).openapi("PersonReasonBody");

export const erasureSchema = z.object({
  erased: z.array(z.object({ what: z.string(), rows: z.number().int() })),
  /** With the law that keeps it. */
  kept: z.array(z.object({ what: z.string(), rows: z.number().int(), why: z.string() })),
}).openapi("Erasure");

export type SearchPersonsBody = z.infer<typeof searchPersonsBodySchema>;
export type SearchBy = (typeof SEARCH_BY)[number];
export type PersonView = z.infer<typeof personViewSchema>;
export type RevealPersonBody = z.infer<typeof revealPersonBodySchema>;
export type RevealedPerson = z.infer<typeof revealedPersonSchema>;
export type Erasure = z.infer<typeof erasureSchema>;
