import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";

/**
 * Chain and archives in the console (`/api/console/v1`):
 *
 * | call | needs | does |
 * |---|---|---|
 * | `GET /audit/chain` | audit.read | ChainView: is every event linked, how old is the last checkpoint |
 * | `GET /audit/archives` | audit.read | ArchiveList, newest month first, all of them |
 * | `POST /audit/archives/{month}/deletion` RequestDeletionBody | audit.delete, confirmed | 204; the first of two |
 * | `POST /audit/archives/{month}/deletion/confirmation` | audit.delete, confirmed | 204; another audit administrator, else 409 `audit.same_person` |
 * | `POST /audit/archives/{month}/deletion/withdrawal` | audit.delete | 204; by either, until it is done |
 *
 * The month is dropped on the server's shell afterwards (`yikatong audit drop --month`).
 */

/** A calendar month in UTC, as the partitions are. */
export const monthField = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);

export const checkpointViewSchema = z.strictObject({
  number: z.number().int(),
  at: timeField,
  /** SM3 of the checkpoint's text, hex. */
  digest: z.string(),
  countersignedBy: z.array(z.string()),
}).openapi("AuditCheckpointView");

/** Of the platform's own daily check. */
export const verificationViewSchema = z.strictObject({
  at: timeField,
  verdict: z.string(),
  events: z.string(),
  /** The first fault, in Chinese; null for a whole chain. */
  broken: z.string().nullable(),
}).openapi("AuditVerificationView");

export const chainViewSchema = z.strictObject({
  links: z.number().int(),
  streams: z.number().int(),
  /** Written and not linked yet; seconds at most while the worker runs. */
  unlinkedEvents: z.number().int(),
  lastCheckpoint: checkpointViewSchema.nullable(),
  /** Null where none ended within a week. */
  lastVerification: verificationViewSchema.nullable().optional(),
}).openapi("AuditChainView");

export const deletionViewSchema = z.strictObject({
  state: z.enum(["requested", "confirmed", "done"]),
  reason: z.string(),
  requestedBy: idField,
  requestedAt: timeField,
  confirmedBy: idField.nullable(),
  confirmedAt: timeField.nullable(),
}).openapi("AuditDeletionView");

export const archiveViewSchema = z.strictObject({
  month: monthField,
  events: z.number().int(),
  /** SM3 of the archive file, hex. */
  fileDigest: z.string(),
  archivedAt: timeField,
  /** From when on every event in it has been kept as long as law, catalogue and policy ask. */
  keepUntil: timeField,
  /** Chinese: what was wrong in it when it was archived, as its manifest names it. */
  faults: z.array(z.string()),
  deletion: deletionViewSchema.nullable(),
  droppedAt: timeField.nullable(),
}).openapi("AuditArchiveView");

export const archiveListSchema = z.strictObject({
  archives: z.array(archiveViewSchema),
}).openapi("AuditArchiveList");

export const requestDeletionSchema = z.strictObject({
  reason: z.string().min(4).max(500),
}).openapi("AuditRequestDeletionBody");

export type ChainView = z.infer<typeof chainViewSchema>;
export type ArchiveView = z.infer<typeof archiveViewSchema>;
