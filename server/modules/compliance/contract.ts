import { z } from "@hono/zod-openapi";
import { dayField, idField, timeField } from "../../platform/openapi.ts";

/**
 * Evidence packs of the console (`/api/console/v1`), for who may export the audit trail of the
 * whole city:
 *
 * | call | does |
 * |---|---|
 * | `POST /compliance/packs` StartPackBody | PackView, `waiting`; the same id and content again: the same pack |
 * | `GET /compliance/packs?before=` | PackList, newest first |
 * | `GET /compliance/packs/{id}` | PackView: how far it is; ask every two seconds |
 * | `GET /compliance/packs/{id}/clauses` | PackClauses: what it says of each clause |
 * | `POST /compliance/packs/{id}/cancel` | PackView |
 * | `GET /compliance/packs/{id}/file` | the ZIP, streamed; a plain link starts it |
 *
 * | code | status | the console |
 * |---|---|---|
 * | `compliance.busy` | 409 | another pack is being made |
 * | `compliance.period_malformed` | 409 | `detail` says why: order, future, length |
 * | `compliance.id_taken` | 409 | a pack of this id asks for something else |
 * | `compliance.not_found` | 404 | |
 * | `compliance.not_made` | 409 | there is no file: not yet, cancelled, broken or expired |
 */
export const PERIOD_DAYS_MAX = 400;
export const PACK_PAGE_MAX = 50;

export const packProfileField = z.enum(["mlps3"]).openapi({
  description: "GB/T 22239-2019, level 3",
});

export const verdictField = z.enum(["met", "partly", "unmet", "not_applicable"]).openapi({
  description: "符合, 部分符合, 不符合, 不适用",
});

export const startPackBodySchema = z.strictObject({
  id: idField,
  profile: packProfileField,
  /** Beijing days, both inside; at most PERIOD_DAYS_MAX. */
  from: dayField,
  to: dayField,
}).openapi("StartPackBody");

export const packStateField = z.enum([
  /** For a worker to take it. */
  "waiting",
  "running",
  "made",
  "cancelled",
  /** Its process ended or it failed; `why` says which. Started again by hand. */
  "broken",
  /** It was made and its file is gone. */
  "expired",
]);

export const packViewSchema = z.object({
  id: z.string(),
  profile: packProfileField,
  from: dayField,
  to: dayField,
  state: packStateField,
  requestedBy: z.string(),
  requestedAt: timeField,
  endedAt: timeField.nullable(),
  /** When the file goes. */
  expiresAt: timeField.nullable(),
  progress: z.object({
    /** Chinese: what is being collected. */
    doing: z.string(),
    /** Of the evidence files. */
    done: z.number().int(),
    total: z.number().int(),
    events: z.number().int(),
  }),
  /** Of a made one. */
  file: z.object({
    name: z.string(),
    bytes: z.number().int(),
    /** SM3, hex. */
    digest: z.string(),
    files: z.number().int(),
  }).nullable(),
  /** Clauses by verdict, of a made one. */
  verdicts: z.object({
    met: z.number().int(),
    partly: z.number().int(),
    unmet: z.number().int(),
    notApplicable: z.number().int(),
  }).nullable(),
  /** Chinese, of a broken one. */
  why: z.string().nullable(),
}).openapi("PackView");

export const packListSchema = z.object({
  packs: z.array(packViewSchema),
  /** For the next page; null on the last. */
  next: z.string().nullable(),
}).openapi("PackList");

/** A clause as the pack's index has it. */
export const packClauseSchema = z.object({
  id: z.string().openapi({ description: "Of GB/T 28448-2019 where it has one" }),
  number: z.string().openapi({ example: "8.1.4.1 a" }),
  requirement: z.string(),
  verdict: verdictField,
  /** Chinese. */
  reasons: z.array(z.string()),
  /** In the pack; a folder, "E-04/", stands for all in it. */
  files: z.array(z.string()),
  /** Page or command by which an assessor sees the same. */
  reproduce: z.string(),
});

export const packClausesSchema = z.object({
  pack: packViewSchema,
  clauses: z.array(packClauseSchema),
}).openapi("PackClauses");

export type PackClause = z.infer<typeof packClauseSchema>;
export type PackClauses = z.infer<typeof packClausesSchema>;
export type PackProfile = z.infer<typeof packProfileField>;
export type Verdict = z.infer<typeof verdictField>;
export type StartPackBody = z.infer<typeof startPackBodySchema>;
export type PackState = z.infer<typeof packStateField>;
export type PackView = z.infer<typeof packViewSchema>;
export type PackList = z.infer<typeof packListSchema>;
