import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";

/**
 * The audit viewer of the console (`/api/console/v1`); it sees and never changes:
 *
 * | call | does |
 * |---|---|
 * | `GET /audit/catalogue` | AuditCatalogue: every kind of event, for filters and headings |
 * | `POST /audit/search` SearchBody | SearchReply; in a body, as an ID number must not be in an address |
 * | `GET /audit/events/{id}` | AuditEventView with what it changed |
 * | `POST /audit/exports` StartExportBody | ExportView, `waiting` |
 * | `GET /audit/exports/{id}` | ExportView: how far it is |
 * | `GET /audit/exports/{id}/file` | the file, streamed, once; a plain link starts it |
 * | `POST /audit/exports/{id}/cancel` | 204; the stream breaks off |
 */
export const SEARCH_DAYS_MAX = 400;
export const SEARCH_PAGE_MAX = 200;

export const auditSeverityField = z.enum(["info", "warning", "error"]);
export const auditResultField = z.enum(["succeeded", "refused", "failed", "unknown"]);
export const auditActorKindField = z.enum([
  "user",
  "program",
  "terminal",
  "system",
  "shell",
  "nobody",
]);

/** No control characters: NUL is what no text of the database may hold. */
const WORDS = /^[^\p{Cc}]*$/u;

export const auditFilterSchema = z.strictObject({
  /** The last seven days when absent; at most SEARCH_DAYS_MAX apart. */
  from: timeField.optional(),
  to: timeField.optional(),
  /** This organisation and all below it. */
  organisationId: idField.optional(),
  kinds: z.array(z.string().max(64)).min(1).max(100).optional(),
  /** Every kind of a module: `access`, `fleet` … */
  module: z.string().regex(/^[a-z_]{1,32}$/).optional(),
  severity: auditSeverityField.optional(),
  result: auditResultField.optional(),
  actorKind: auditActorKindField.optional(),
  /** Follows one account or terminal. */
  actorId: idField.optional(),
  terminalId: idField.optional(),
  orderId: idField.optional(),
  objectId: z.string().min(1).max(200).regex(WORDS).optional(),
  patientId: idField.optional(),
  /** Found by its blind index; kept nowhere. */
  patientIdNumber: z.string().regex(/^\d{17}[\dX]$/).optional(),
  /** Anywhere in actor, object, reason and fields; no personal numbers, events hold none. */
  text: z.string().min(2).max(64).regex(WORDS).regex(/^(?!.*\d{11})/).optional(),
}).openapi("AuditFilter");

export const searchBodySchema = z.strictObject({
  filter: auditFilterSchema,
  /** `next` of the page before. */
  before: idField.optional(),
  limit: z.number().int().min(1).max(SEARCH_PAGE_MAX).default(50),
}).openapi("AuditSearchBody");

/** One of an event's fields, named as the catalogue explains it. */
export const auditFieldSchema = z.object({
  name: z.string(),
  title: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
}).openapi("AuditField");

/** One value that an event changed; null where there was none. */
export const auditChangeSchema = z.object({
  /** Dotted path inside the value; empty when the whole of it is one value. */
  name: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
}).openapi("AuditChange");

export const auditEventViewSchema = z.object({
  id: z.string(),
  at: timeField,
  kind: z.string(),
  title: z.string(),
  severity: auditSeverityField,
  result: auditResultField,
  reason: z.string().nullable(),
  /** Null for what belongs to the platform itself. */
  organisationId: z.string().nullable(),
  organisationName: z.string().nullable(),
  actor: z.object({
    kind: auditActorKindField,
    id: z.string().nullable(),
    name: z.string(),
    sessionId: z.string().nullable(),
    address: z.string().nullable(),
  }),
  traceId: z.string().nullable(),
  /** What `objectId` names: `account`, `terminal`, `order` … */
  object: z.string(),
  objectId: z.string().nullable(),
  terminalId: z.string().nullable(),
  patientId: z.string().nullable(),
  orderId: z.string().nullable(),
  fields: z.array(auditFieldSchema),
  /** Of events with `before` and `after`: what differs. */
  changes: z.array(auditChangeSchema),
}).openapi("AuditEventView");

export const searchReplySchema = z.object({
  events: z.array(auditEventViewSchema),
  /** Asks for the page after this one; null on the last. */
  next: z.string().nullable(),
  from: timeField,
  to: timeField,
}).openapi("AuditSearchReply");

export const auditCatalogueSchema = z.object({
  kinds: z.array(z.object({
    id: z.string(),
    module: z.string(),
    title: z.string(),
    severity: auditSeverityField,
    who: z.array(auditActorKindField),
    object: z.string(),
    retentionDays: z.number().int(),
    clauses: z.array(z.string()),
    fields: z.array(z.object({ name: z.string(), title: z.string() })),
  })),
}).openapi("AuditCatalogue");

export const startExportBodySchema = z.strictObject({
  filter: auditFilterSchema,
  form: z.enum(["csv", "xlsx"]),
}).openapi("AuditStartExportBody");

export const exportStateField = z.enum([
  /** For its reader, until `expiresAt`. */
  "waiting",
  "running",
  "done",
  "cancelled",
  "failed",
  /** The process that wrote it died, or its reader stood still for a quarter of an hour. */
  "interrupted",
  /** Nobody fetched it in time. */
  "expired",
]);

export const exportViewSchema = z.object({
  id: z.string(),
  form: z.enum(["csv", "xlsx"]),
  from: timeField,
  to: timeField,
  state: exportStateField,
  /** Events written so far. */
  rows: z.number().int(),
  /** How far the stretch of time is through, 0 to 1; the newest come first. */
  progress: z.number().min(0).max(1),
  /** Hex SM3 of the whole file, once done. */
  digest: z.string().nullable(),
  startedAt: timeField,
  /** Till then the file may be asked for. */
  expiresAt: timeField,
}).openapi("AuditExportView");

export type AuditFilter = z.infer<typeof auditFilterSchema>;
export type SearchBody = z.infer<typeof searchBodySchema>;
export type SearchReply = z.infer<typeof searchReplySchema>;
export type AuditEventView = z.infer<typeof auditEventViewSchema>;
export type AuditChange = z.infer<typeof auditChangeSchema>;
export type AuditField = z.infer<typeof auditFieldSchema>;
export type AuditCatalogue = z.infer<typeof auditCatalogueSchema>;
export type StartExportBody = z.infer<typeof startExportBodySchema>;
export type ExportState = z.infer<typeof exportStateField>;
export type ExportView = z.infer<typeof exportViewSchema>;
