import { z } from "@hono/zod-openapi";
import { fenField, timeField } from "../../platform/openapi.ts";

/** `GET /api/console/v1/holds`: money paid for and neither posted nor given back, oldest first. */
export const holdsReplySchema = z.object({
  holds: z.array(z.object({
    orderId: z.string(),
    institutionId: z.string(),
    institutionName: z.string(),
    amountFen: fenField,
    since: timeField,
  })),
  /** There are more than are listed. */
  more: z.boolean(),
}).openapi("ConsoleHolds");

export type HoldsReply = z.infer<typeof holdsReplySchema>;
