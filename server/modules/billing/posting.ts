import type { HisClient } from "../../gateways/his/client.ts";
import type { PostingTarget } from "../../gateways/his/wire.ts";
import { chinaTime } from "../../platform/clock.ts";
import { formatYuan } from "../../platform/money.ts";
import { mapDone, type Outcome, unknown } from "../../platform/outcome.ts";
import type {
  FoundFulfilment,
  Fulfilled,
  FulfilmentNotice,
  PayableContext,
} from "../checkout/payable.ts";
import { inCheckoutWords } from "./refusals.ts";

export type PostingHis = Pick<HisClient, "post" | "findPosting" | "cancel">;

/** Tells HIS an order is paid; one order, one posting, under the order's id. */
export async function postOrder(
  his: PostingHis,
  order: { readonly context: PayableContext; readonly target: PostingTarget },
  notice: FulfilmentNotice,
): Promise<Outcome<Fulfilled>> {
  const { context, target } = order;
  const { split, tender } = notice;
  const outcome = await his.post({
    postingId: context.orderId,
    institutionCode: context.site.code,
    patientId: context.hisPatientId,
    target,
    total: formatYuan(split.total),
    fund: formatYuan(split.fund),
    account: formatYuan(split.account),
    other: formatYuan(split.other),
    cash: formatYuan(split.cash),
    insuranceSettlementId: notice.insurance?.settlementId ?? null,
    tender: tender && { tradeId: tender.tradeId, reference: tender.reference },
    paidAt: chinaTime(notice.paidAt),
  });
  // HIS holds something else under our id: that is not a no, somebody has to look.
  if (outcome.kind === "refused" && outcome.code === "conflict") {
    return unknown("HIS has this posting with other content");
  }
  return mapDone(inCheckoutWords(outcome), ({ receiptNumber, guidance }) => ({
    receiptNumber,
    guidance,
  }));
}

export async function findPostedOrder(
  his: PostingHis,
  context: PayableContext,
): Promise<Outcome<FoundFulfilment>> {
  const outcome = await his.findPosting(postingOf(context));
  return mapDone(inCheckoutWords(outcome), (found) => {
    if (found.state !== "posted") return { state: found.state };
    const { receiptNumber, guidance } = found;
    return { state: "posted", receiptNumber, guidance };
  });
}

export async function cancelPostedOrder(
  his: PostingHis,
  context: PayableContext,
): Promise<Outcome<null>> {
  return inCheckoutWords(await his.cancel(postingOf(context)));
}

function postingOf(context: PayableContext): { institutionCode: string; postingId: string } {
  return { institutionCode: context.site.code, postingId: context.orderId };
}
