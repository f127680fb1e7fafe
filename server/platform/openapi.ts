import { z } from "@hono/zod-openapi";
import { isId } from "./ids.ts";

/** Field schemas that every contract shares; wire shapes with their OpenAPI meaning. */

export const idField = z.string().refine(isId, "expected a UUIDv7").openapi({
  format: "uuid",
  description: "UUIDv7 made by the caller",
  example: "019a8f3e-5c00-7abc-8def-0123456789ab",
});

export const fenField = z.string().regex(/^-?\d{1,18}$/).openapi({
  description: "Money in fen, decimal digits in a string",
  example: "12640",
});

export const timeField = z.iso.datetime().openapi({ description: "UTC, RFC 3339" });

export const dayField = z.iso.date().openapi({ description: "Business day, Asia/Shanghai" });

/** RFC 9457 problem details with our stable code. */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string().openapi({ description: "Stable, reads module.reason" }),
  retry: z.enum(["never", "safe", "ask_operator"]),
  detail: z.string().optional(),
  traceId: z.string().openapi({ description: "Follows the request through every log" }),
}).openapi("Problem");

export type Problem = z.infer<typeof problemSchema>;
