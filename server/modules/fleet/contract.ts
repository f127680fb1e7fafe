import { z } from "@hono/zod-openapi";
import { idField } from "../../platform/openapi.ts";

/** A patient presses 呼叫工作人员; the reply says what to tell them. */
export const callStaffBodySchema = z.strictObject({
  id: idField,
  reason: z.enum(["help", "card_left_behind", "receipt_not_printed", "order_unknown"]),
  orderId: idField.nullable(),
}).openapi("CallStaffBody");

export const callStaffReplySchema = z.object({ number: z.string() }).openapi(
  "CallStaffReply",
);

export type CallStaffBody = z.infer<typeof callStaffBodySchema>;
export type CallStaffReply = z.infer<typeof callStaffReplySchema>;
