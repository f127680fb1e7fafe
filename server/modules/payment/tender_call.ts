import type { AggregatePayClient, BankOrder } from "../../gateways/aggregate_pay/client.ts";
import type { TradeFact } from "../../gateways/aggregate_pay/trade_fact.ts";
import type { Outcome } from "../../platform/outcome.ts";
import { cashSplit, type LegAnswer, NOTHING_TO_DO, type TenderAnswer } from "./leg_answer.ts";
import type { TenderContext } from "./tender_leg.ts";

/** Puts a tender's question to the bank. */
export async function askBank(
  bank: AggregatePayClient,
  context: TenderContext,
  ask: "perform" | "find" | "close",
): Promise<TenderAnswer> {
  const order = {
    tradeId: context.tradeId,
    merchant: context.merchant,
    terminalNumber: context.terminalNumber,
    amount: context.amountFen,
  };
  switch (ask) {
    case "perform":
      return await perform(bank, context, order);
    case "find":
      return answerOf(await bank.query(order), "query");
    case "close":
      return closingOf(await bank.close(order));
  }
}

async function perform(
  bank: AggregatePayClient,
  context: TenderContext,
  order: BankOrder,
): Promise<TenderAnswer> {
  const { title, expiresAt, code } = context;
  if (context.mode === "show_code") {
    return answerOf(await bank.precreate(order, { title, expiresAt }), "change");
  }
  if (code !== null) return answerOf(await bank.micropay(order, { title, code }), "change");
  return await performWithoutCode(bank, order);
}

/** The code went with a restart, yet an earlier call may have arrived: only closing ends it for sure. */
async function performWithoutCode(
  bank: AggregatePayClient,
  order: BankOrder,
): Promise<TenderAnswer> {
  const closing = closingOf(await bank.close(order));
  if (closing.kind === "done") {
    return { kind: "refused", code: "payment.code_gone", text: "请重新出示付款码" };
  }
  return closing.kind === "refused" ? answerOf(await bank.query(order), "query") : closing;
}

/**
 * An echoed amount that is not ours makes a changing call unknown, so that the bank is asked again;
 * its answer to a query is then what was really paid, and goes on as it is.
 */
function answerOf(outcome: Outcome<TradeFact>, call: "change" | "query"): TenderAnswer {
  if (outcome.kind === "refused") {
    return {
      kind: "refused",
      code: REFUSAL_CODES[outcome.code] ?? "payment.declined",
      text: outcome.text,
    };
  }
  if (outcome.kind !== "done") return outcome;
  const fact = outcome.value;
  switch (fact.state) {
    case "paid":
      return fact.asAsked || call === "query"
        ? { kind: "done", split: cashSplit(fact.amount), reference: fact.reference, fact }
        : { kind: "unknown", reason: `the bank echoes ${fact.amount} fen, not what was asked` };
    case "absent":
      return { kind: "absent" };
    case "waiting":
    case "password":
      return { kind: "pending", fact };
  }
}

/** The bank's codes as ours; the screen has a sentence for each. */
const REFUSAL_CODES: Readonly<Record<string, string>> = {
  INSUFFICIENT_BALANCE: "payment.insufficient",
  CODE_EXPIRED: "payment.code_expired",
  CODE_INVALID: "payment.code_invalid",
  ORDER_CLOSED: "payment.closed",
  ORDER_EXPIRED: "payment.expired",
};

function closingOf(outcome: Outcome<null>): LegAnswer {
  switch (outcome.kind) {
    case "done":
      return NOTHING_TO_DO;
    case "refused":
      return { kind: "refused", code: "payment.already_paid", text: "订单已支付" };
    default:
      return outcome;
  }
}
