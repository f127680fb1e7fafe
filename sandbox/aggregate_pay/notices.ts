import type { NotifyBody } from "../../server/gateways/aggregate_pay/wire.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import { type BankSecrets, signNotice } from "./bank_signature.ts";
import type { NoticeRow, OrderRow } from "./bank_store.ts";
import type { Bank } from "./order_book.ts";

/** Waits before the tries after the first; then the bank gives up and the T+1 file must tell. */
const NOTICE_RETRY_MS = [15_000, 30_000, 180_000, 600_000, 1_800_000] as const;
const NOTICES_AT_ONCE_MAX = 20;
const NOTICE_TIMEOUT_MS = 5_000;

/** Sends the notices that are due; how many were sent. */
export async function deliverNotices(
  bank: Bank,
  options: { readonly secrets: BankSecrets; readonly fetch: typeof fetch },
): Promise<number> {
  const due = bank.store.noticesDue(bank.clock.now().getTime(), NOTICES_AT_ONCE_MAX);
  for (const notice of due) {
    const order = bank.store.findOrder("number", notice.order_number);
    if (!order?.notify_url) continue;
    const isTaken = await deliver(bank, order, order.notify_url, options);
    bank.store.putNotice(isTaken ? { ...notice, state: "delivered" } : nextTry(bank, notice));
  }
  return due.length;
}

async function deliver(
  bank: Bank,
  order: OrderRow,
  url: string,
  options: { readonly secrets: BankSecrets; readonly fetch: typeof fetch },
): Promise<boolean> {
  const wrong = bank.faults.take("aggregate_pay", "notify", "wrong_amount");
  const body = JSON.stringify(
    {
      merchantCode: order.merchant,
      merchantOrderId: order.number,
      orderId: order.channel_number,
      transactionAmount: (order.paid_fen ?? order.amount_fen) + (wrong?.byFen ?? 0),
      billStatus: order.status,
      payWallet: order.wallet,
      ...(order.paid_ms && { payTime: chinaTime(new Date(order.paid_ms)) }),
    } satisfies NotifyBody,
  );
  const stamp = chinaTime(bank.clock.now()).replace(/\D/g, "");
  try {
    const answer = await options.fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: signNotice(options.secrets, stamp, body),
      },
      body,
      signal: AbortSignal.timeout(NOTICE_TIMEOUT_MS),
    });
    return await answer.text() === "SUCCESS";
  } catch {
    return false;
  }
}

function nextTry(bank: Bank, notice: NoticeRow): NoticeRow {
  const waitMs = NOTICE_RETRY_MS[notice.tries];
  const tries = notice.tries + 1;
  return waitMs === undefined
    ? { ...notice, tries, state: "given_up" }
    : { ...notice, tries, due_ms: bank.clock.now().getTime() + waitMs };
}
