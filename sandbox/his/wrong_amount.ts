import { z } from "zod";
import { formatYuan, parseYuan } from "../../server/platform/money.ts";
import type { Answer } from "./answer.ts";

const amountsSchema = z.looseObject({
  amount: z.string().optional(),
  total: z.string().optional(),
  bills: z.array(z.looseObject({ amount: z.string() })).optional(),
});

/** The fault `wrong_amount`: what HIS did is right, what it says is off. */
export function misstated(answer: Answer, byFen: number): Answer {
  const said = answer.code === "ok" ? amountsSchema.safeParse(answer.data) : null;
  if (!said?.success) return answer;
  const { amount, total, bills } = said.data;
  const off = (yuan: string): string => formatYuan(parseYuan(yuan) + BigInt(byFen));
  return {
    code: "ok",
    data: {
      ...said.data,
      ...(amount !== undefined && { amount: off(amount) }),
      ...(total !== undefined && { total: off(total) }),
      ...(bills && { bills: bills.map((bill) => ({ ...bill, amount: off(bill.amount) })) }),
    },
  };
}
