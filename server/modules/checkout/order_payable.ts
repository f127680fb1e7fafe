import { z } from "zod";
import { idField } from "../../platform/openapi.ts";
import { payableSchema } from "./contract.ts";

/** What a refund gives back; made by the platform, never taken from a terminal. */
const refundPayableSchema = z.strictObject({
  kind: z.literal("refund"),
  /** The order that was paid. */
  orderId: idField,
  of: z.enum(["bills", "registration"]),
  /**
   * Under whose id HIS and insurance hold it: the order's, or that of the last refund which settled
   * kept lines anew.
   */
  baseId: idField,
  /** Which of the base's lines go back, by their place; null for all that stands. */
  lines: z.array(z.number().int().min(0)).min(1).nullable(),
  /** What becomes of the others. */
  rest: z.enum(["stays", "unpaid"]),
  /** HIS's bills with lines that are settled and posted anew. */
  bills: z.array(z.string().min(1).max(64)).max(20),
});

export const orderPayableSchema = z.union([payableSchema, refundPayableSchema]);

export type RefundPayable = z.infer<typeof refundPayableSchema>;
export type OrderPayable = z.infer<typeof orderPayableSchema>;
