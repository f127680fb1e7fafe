import { z } from "@hono/zod-openapi";
import { idField } from "../../../platform/openapi.ts";

export const staffDischargeBodySchema = z.strictObject({
  id: idField,
  /** Any deposit of the patient; it says who he is and where he lay. */
  orderId: idField,
}).openapi("StaffDischargeBody");

export type StaffDischargeBody = z.infer<typeof staffDischargeBodySchema>;
