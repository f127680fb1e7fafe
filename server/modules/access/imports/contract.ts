import { z } from "@hono/zod-openapi";

/** Imports of CSV files: what a check tells, and what the import done after it is tied to. */

const digestField = z.string().regex(/^[0-9a-f]{64}$/);

export const importErrorSchema = z.object({
  /** Of the file as an editor counts, the header is 1. */
  line: z.number().int(),
  /** Heading of the column; null for the line as a whole. */
  column: z.string().nullable(),
  /** Stable. */
  code: z.string(),
  /** Chinese, for whoever mends the file. */
  message: z.string(),
});

export const importReportSchema = z.object({
  /** SM3 of the file. */
  digest: digestField,
  /** SM3 of what the import would do; both are given to it. */
  plan: digestField,
  rows: z.number().int(),
  created: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  /** Every one; nothing can be imported while there are any. */
  errors: z.array(importErrorSchema),
}).openapi("ImportReport");

export const importQuerySchema = z.strictObject({ digest: digestField, plan: digestField });

export type ImportError = z.infer<typeof importErrorSchema>;
export type ImportReport = z.infer<typeof importReportSchema>;
