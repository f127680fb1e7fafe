import type { HisClient } from "../../gateways/his/client.ts";
import { formatYuan } from "../../platform/money.ts";
import { mapDone, type Outcome, unknown } from "../../platform/outcome.ts";
import type { PayableWork, PostedContext, WantedReturn } from "../checkout/payable.ts";
import { inCheckoutWords } from "./refusals.ts";

export type ReturningHis = Pick<HisClient, "findReturnable" | "returnPosting" | "findReturn">;

/** Giving back what an order posted; bills and registrations alike (退费). */
export function postedReturns(
  his: ReturningHis,
): Pick<PayableWork, "returnFulfilment" | "findReturn" | "findReturnable"> {
  return {
    returnFulfilment: (context, wanted) => returnOrder(his, context, wanted),
    async findReturn({ site }, returnId) {
      const outcome = await his.findReturn({ institutionCode: site.code, returnId });
      return mapDone(inCheckoutWords(outcome), ({ state }) => state);
    },
    async findReturnable({ orderId, site }) {
      const posting = { institutionCode: site.code, postingId: orderId };
      return inCheckoutWords(await his.findReturnable(posting));
    },
  };
}

async function returnOrder(
  his: ReturningHis,
  { orderId, site }: PostedContext,
  { returnId, lines, rest, total }: WantedReturn,
): Promise<Outcome<null>> {
  const outcome = await his.returnPosting({
    returnId,
    postingId: orderId,
    institutionCode: site.code,
    lines: lines && lines.map(({ billId, lineNumber }) => ({ billId, lineNumber })),
    rest,
    total: formatYuan(total),
  });
  // HIS holds something else under our id: that is not a no, somebody has to look.
  if (outcome.kind === "refused" && outcome.code === "conflict") {
    return unknown("HIS has this return with other content");
  }
  return mapDone(inCheckoutWords(outcome), () => null);
}
