import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../platform/openapi.ts";

/** Sealed columns and tagged rows, for the console: what is under which key, what was changed. */

export const upkeepStateSchema = z.enum(["running", "paused", "cancelled", "done"]);

/** One pass over the tables; at most one of a kind runs. */
export const upkeepRunSchema = z.object({
  id: idField,
  state: upkeepStateSchema,
  /** Of a reseal: the key version rows are sealed under from now on. */
  version: z.number().int().nullable(),
  /** The table it is at; null when it has ended. */
  table: z.string().nullable(),
  tablesDone: z.number().int(),
  tablesTotal: z.number().int(),
  rows: z.number().int().openapi({ description: "Sealed anew, or checked" }),
  broken: z.number().int().openapi({ description: "Of a check: rows that do not fit" }),
  startedBy: z.string(),
  startedAt: timeField,
  changedAt: timeField,
  endedAt: timeField.nullable(),
}).openapi("UpkeepRun");

export const sealsReplySchema = z.object({
  /** New rows are sealed under it. */
  newestVersion: z.number().int(),
  /** Rows under older versions, by table; empty when older keys may be retired. */
  older: z.array(z.object({ table: z.string(), rows: z.number().int() })),
  run: upkeepRunSchema.nullable(),
}).openapi("SealsReply");

export const brokenRowSchema = z.object({
  table: z.string(),
  rowId: z.string().openapi({ description: "Key columns, joined by spaces" }),
  why: z.enum(["changed", "untagged"]),
  foundAt: timeField,
}).openapi("BrokenRow");

/** Found where the row was about to be used; the platform leaves it alone until it is mended. */
export const rowAlarmSchema = z.object({
  table: z.string(),
  rowId: z.string().openapi({ description: "Key columns, joined by spaces" }),
  foundAt: timeField,
}).openapi("RowAlarm");

export const integrityReplySchema = z.object({
  run: upkeepRunSchema.nullable(),
  /** Of that run, oldest first. */
  broken: z.array(brokenRowSchema).max(200),
  /** Not yet found mended by a check, newest first. */
  alarms: z.array(rowAlarmSchema).max(200),
}).openapi("IntegrityReply");

export const upkeepActionSchema = z.strictObject({
  action: z.enum(["start", "pause", "resume", "cancel"]),
}).openapi("UpkeepAction");

export type UpkeepRunView = z.infer<typeof upkeepRunSchema>;
export type UpkeepAction = z.infer<typeof upkeepActionSchema>["action"];
export type SealsReply = z.infer<typeof sealsReplySchema>;
export type IntegrityReply = z.infer<typeof integrityReplySchema>;
