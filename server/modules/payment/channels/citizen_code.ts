import type { CodePaymentClient } from "../../../gateways/citizen_code/payment_client.ts";
import type { CodePayment, CodeRefund } from "../../../gateways/citizen_code/wire/payment.ts";
import { invariant } from "../../../platform/errors.ts";
import { asFen } from "../../../platform/money.ts";
import { done, type Outcome, refused, unknown } from "../../../platform/outcome.ts";
import type {
  ChannelRefund,
  ChannelTrade,
  RefundFact,
  TenderChannel,
  TradeFact,
} from "../channel.ts";

/** The consumption code of the electronic social-security card (电子社保卡消费码, R-PAY-05). */
export function citizenCodeChannel(platform: CodePaymentClient): TenderChannel {
  return {
    async collect(trade, { presented, title }) {
      invariant(presented?.kind === "code", "a consumption code is presented with its tender");
      const paid = await platform.pay({
        ...orderOf(trade),
        terminal: trade.terminalNumber,
        amountFen: Number(trade.amount),
        title: title.slice(0, TITLE_CHARS_MAX),
        code: presented.code,
      });
      return factOf(paid, trade);
    },
    query: async (trade) => factOf(await platform.query(orderOf(trade)), trade),
    close: async (trade) => closingOf(await platform.close(orderOf(trade)), trade),
    refund: async (trade, refund) => refundOf(await platform.refund(askOf(trade, refund)), refund),
    async queryRefund(trade, refund) {
      const { amountFen: _, ...asked } = askOf(trade, refund);
      return refundOf(await platform.queryRefund(asked), refund);
    },
  };
}

/** Only that it is closed, or that it never will be paid, ends an order; any other word is none. */
function closingOf(answer: Outcome<CodePayment>, trade: ChannelTrade): Outcome<null> {
  if (answer.kind === "refused") {
    return answer.code === "order_paid"
      ? ALREADY_PAID
      : unknown(`the code platform refused to close: ${answer.code}`);
  }
  if (answer.kind !== "done") return answer;
  const { orderNumber, state } = answer.value;
  if (orderNumber !== numberOf(trade.tradeId)) {
    return unknown(`the answer is about order "${orderNumber}"`);
  }
  return state === "paid" ? ALREADY_PAID : done(null);
}

const ALREADY_PAID = refused("payment.already_paid", "订单已支付");
const TITLE_CHARS_MAX = 128;
const WALLET = "电子社保卡";

function orderOf(trade: ChannelTrade) {
  return { orderNumber: numberOf(trade.tradeId), merchant: trade.merchant };
}

function askOf(trade: ChannelTrade, refund: ChannelRefund) {
  const refundNumber = numberOf(refund.refundId);
  return { ...orderOf(trade), refundNumber, amountFen: Number(refund.amount) };
}

function numberOf(id: string): string {
  return id.replaceAll("-", "");
}

function factOf(answer: Outcome<CodePayment | null>, trade: ChannelTrade): Outcome<TradeFact> {
  if (answer.kind === "refused") {
    return REFUSAL_CODES[answer.code] === undefined
      ? unknown(`the code platform says ${answer.code}`)
      : refused(ourCode(answer.code), answer.text);
  }
  if (answer.kind !== "done") return answer;
  const payment = answer.value;
  if (payment === null) return done({ state: "absent" });
  if (payment.orderNumber !== numberOf(trade.tradeId)) {
    return unknown(`the answer is about order "${payment.orderNumber}"`);
  }
  if (payment.state !== "paid") {
    return refused(ourCode(payment.refusal ?? payment.state), "");
  }
  const amount = BigInt(payment.amountFen);
  if (payment.reference === null || amount <= 0n) {
    return unknown("a paid order came without amount or number");
  }
  return done({
    state: "paid",
    amount: asFen(amount),
    asAsked: amount === trade.amount,
    reference: payment.reference,
    wallet: WALLET,
    paidAt: payment.paidAt === null ? null : new Date(payment.paidAt),
  });
}

function refundOf(answer: Outcome<CodeRefund | null>, asked: ChannelRefund): Outcome<RefundFact> {
  if (answer.kind === "refused") {
    const code = answer.code === "account_closed"
      ? "payment.account_closed"
      : "payment.refund_refused";
    return refused(code, answer.text);
  }
  if (answer.kind !== "done") return answer;
  const refund = answer.value;
  if (refund === null) return done({ state: "absent" });
  if (refund.refundNumber !== numberOf(asked.refundId)) {
    return unknown(`the answer is about refund "${refund.refundNumber}"`);
  }
  if (refund.state === "processing") return done({ state: "processing" });
  // An amount that is not ours is for a person to look at, so it never counts as made.
  return BigInt(refund.amountFen) === asked.amount
    ? done({ state: "refunded", amount: asked.amount, reference: refund.reference })
    : unknown(`the code platform refunded ${refund.amountFen} fen instead of ${asked.amount}`);
}

/** The screen has a sentence for each of ours. */
function ourCode(code: string): string {
  return REFUSAL_CODES[code] ?? "payment.declined";
}

/** All that can end a payment; of any other word nothing follows. */
const REFUSAL_CODES: Readonly<Record<string, string>> = {
  unknown_code: "payment.code_invalid",
  expired_code: "payment.code_expired",
  insufficient: "payment.insufficient",
  declined: "payment.declined",
  closed: "payment.closed",
};
