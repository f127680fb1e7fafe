import { z } from "zod";
import { idField } from "../../platform/openapi.ts";
import { type Payable, payableSchema } from "./contract.ts";

/** What a refund gives back; made by the platform, never taken from a terminal. */
const refundPayableSchema = z.strictObject({
  kind: z.literal("refund"),
  /** The order that was paid. */
  orderId: idField,
  of: z.enum(["bills", "registration", "deposit"]),
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
  /** Of a deposit: how much of it goes back; it has no lines to go by. */
  amountFen: z.string().regex(/^[1-9]\d*$/).optional(),
});

export const orderPayableSchema = z.union([payableSchema, refundPayableSchema]);

/** What kind of thing was paid, of an order or of what its refund gives back. */
export function paidKind(payable: OrderPayable): Payable["kind"] {
  return payable.kind === "refund" ? payable.of : payable.kind;
}

export type RefundPayable = z.infer<typeof refundPayableSchema>;
export type OrderPayable = z.infer<typeof orderPayableSchema>;
