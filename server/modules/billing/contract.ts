import { z } from "@hono/zod-openapi";
import { fenField, timeField } from "../../platform/openapi.ts";

export const billLineSchema = z.object({
  name: z.string(),
  specification: z.string().nullable(),
  category: z.string().openapi({ example: "西药" }),
  quantity: z.string().openapi({ description: "Up to four decimals", example: "2" }),
  unit: z.string(),
  priceYuan: z.string().openapi({ description: "Unit price, up to six decimals" }),
  amountFen: fenField,
}).openapi("BillLine");

/** One unpaid 缴费单 of HIS with its lines (R-BIL-01). */
export const billSchema = z.object({
  id: z.string().max(64),
  title: z.string().openapi({ example: "门诊处方" }),
  department: z.string(),
  doctor: z.string(),
  issuedAt: timeField,
  amountFen: fenField,
  feeType: z.string().optional().openapi({
    description: "费用类型 of the visit (R-BIL-06); absent where HIS does not say",
    example: "门诊慢特病",
  }),
  mobilePayable: z.literal(false).optional().openapi({
    description:
      "Insurance is settled by mobile payment here, which does not take this one (R-BIL-07)",
  }),
  lines: z.array(billLineSchema),
}).openapi("Bill");

export const billListSchema = z.object({ bills: z.array(billSchema) }).openapi("BillList");

export type BillLine = z.infer<typeof billLineSchema>;
export type Bill = z.infer<typeof billSchema>;
export type BillList = z.infer<typeof billListSchema>;
