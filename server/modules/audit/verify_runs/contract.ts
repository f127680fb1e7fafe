import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";

/**
 * Checks of the chain that are started in the console (`/api/console/v1`); a worker does them, one
 * at a time over all processes. Begin and end are events (`audit.verify_started`, `audit.verified`).
 *
 * | call | needs | does |
 * |---|---|---|
 * | `POST /audit/verifications` StartVerifyRunBody | audit.verify, whole city | 201 VerifyRunView, `waiting`; the same id again: the same run |
 * | `GET /audit/verifications?before=` | audit.verify, whole city | VerifyRunList, newest first, RUN_PAGE_MAX a page |
 * | `GET /audit/verifications/{id}` | audit.verify, whole city | VerifyRunView; ask every two seconds while it is `waiting` or `running` |
 * | `POST /audit/verifications/{id}/cancel` | audit.verify, whole city | VerifyRunView; what has ended stays as it is |
 *
 * | code | status | the console |
 * |---|---|---|
 * | `audit.verify_running` | 409 | another check is under way: show that one |
 * | `audit.id_taken` | 409 | a check of this id asks for something else |
 * | `audit.span_malformed` | 409 | `from` is not before `to` |
 * | `audit.not_found` | 404 | |
 */
export const RUN_PAGE_MAX = 20;
/** Of faults a run tells, the first ones first. */
export const RUN_FAULTS_MAX = 50;

export const startVerifyRunBodySchema = z.strictObject({
  id: idField,
  /** From the first checkpoint of its UTC day; from the beginning when absent. */
  from: timeField.optional(),
  /** Up to the first checkpoint after it; up to now when absent. */
  to: timeField.optional(),
}).openapi("AuditStartVerifyRunBody");

export const verifyRunStateField = z.enum([
  /** For a worker to take it. */
  "waiting",
  "running",
  /** `verdict` says how. */
  "done",
  "cancelled",
  /** It ended in an error of its own; the log of the server has it. */
  "failed",
  /** Its process ended in the middle. */
  "interrupted",
]);

export const verifyRunViewSchema = z.object({
  id: z.string(),
  state: verifyRunStateField,
  from: timeField.nullable(),
  to: timeField.nullable(),
  requestedBy: z.string(),
  requestedAt: timeField,
  endedAt: timeField.nullable(),
  /** Links gone along so far. */
  links: z.number().int(),
  /** Links there were when it was asked for; of a stretch of time that is more than it meets. */
  linksExpected: z.number().int(),
  checkpoints: z.number().int(),
  verdict: z.enum(["intact", "broken"]).nullable(),
  /** In Chinese, as `yikatong audit verify` says them; RUN_FAULTS_MAX at most. */
  faults: z.array(z.string()),
}).openapi("AuditVerifyRunView");

export const verifyRunListSchema = z.object({
  runs: z.array(verifyRunViewSchema),
  /** `before` of the next page; null on the last one. */
  next: z.string().nullable(),
}).openapi("AuditVerifyRunList");

export type StartVerifyRunBody = z.infer<typeof startVerifyRunBodySchema>;
export type VerifyRunView = z.infer<typeof verifyRunViewSchema>;
export type VerifyRunList = z.infer<typeof verifyRunListSchema>;
export type VerifyRunState = z.infer<typeof verifyRunStateField>;
