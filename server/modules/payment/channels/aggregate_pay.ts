import type { AggregatePayClient } from "../../../gateways/aggregate_pay/client.ts";
import type { TradeFact as BankFact } from "../../../gateways/aggregate_pay/trade_fact.ts";
import type { Wallet } from "../../../gateways/aggregate_pay/wire.ts";
import { invariant } from "../../../platform/errors.ts";
import { done, mapDone, type Outcome, refused } from "../../../platform/outcome.ts";
import type { ChannelTrade, TenderChannel, TradeFact } from "../channel.ts";

/** Wallets through the partner bank; the bank's own codes become ours here. */
export function aggregatePayChannel(bank: AggregatePayClient): TenderChannel {
  return {
    async collect(trade, { presented, title, expiresAt }) {
      if (trade.mode === "show_code") {
        return factOf(await bank.precreate(trade, { title, expiresAt }));
      }
      invariant(presented?.kind === "code", "a scanned tender comes with its code");
      return factOf(await bank.micropay(trade, { title, code: presented.code }));
    },
    query: async (trade) => factOf(await bank.query(trade)),
    close: (trade) => trade.mode === "scan_code" ? revoke(bank, trade) : close(bank, trade),
    refund: async (trade, refund) => refundOf(await bank.refund(trade, refund)),
    queryRefund: async (trade, refund) => refundOf(await bank.queryRefund(trade, refund)),
  };
}

async function close(bank: AggregatePayClient, trade: ChannelTrade): Promise<Outcome<null>> {
  const outcome = await bank.close(trade);
  return outcome.kind === "refused" ? ALREADY_PAID : outcome;
}

/** Asked first: money that is there counts, a revocation would send it back. */
async function revoke(bank: AggregatePayClient, trade: ChannelTrade): Promise<Outcome<null>> {
  const found = await bank.query(trade);
  if (found.kind === "done" && found.value.state === "paid") return ALREADY_PAID;
  if (found.kind === "refused") return done(null);
  return found.kind === "done" ? await bank.revoke(trade) : found;
}

const ALREADY_PAID = refused("payment.already_paid", "订单已支付");

function factOf(outcome: Outcome<BankFact>): Outcome<TradeFact> {
  if (outcome.kind === "refused") {
    return refused(REFUSAL_CODES[outcome.code] ?? "payment.declined", outcome.text);
  }
  return mapDone(
    outcome,
    (fact) =>
      fact.state === "paid" ? { ...fact, wallet: fact.wallet && walletName(fact.wallet) } : fact,
  );
}

function refundOf<Fact>(outcome: Outcome<Fact>): Outcome<Fact> {
  if (outcome.kind !== "refused") return outcome;
  const code = outcome.code === "ACCOUNT_CLOSED"
    ? "payment.account_closed"
    : "payment.refund_refused";
  return refused(code, outcome.text);
}

/** The bank's codes as ours; the screen has a sentence for each. */
const REFUSAL_CODES: Readonly<Record<string, string>> = {
  INSUFFICIENT_BALANCE: "payment.insufficient",
  CODE_EXPIRED: "payment.code_expired",
  CODE_INVALID: "payment.code_invalid",
  ORDER_CLOSED: "payment.closed",
  ORDER_EXPIRED: "payment.expired",
  ORDER_REVOKED: "payment.revoked",
};

function walletName(wallet: Wallet): string {
  switch (wallet) {
    case "WXPAY":
      return "微信支付";
    case "ALIPAY":
      return "支付宝";
    case "UNIONPAY":
      return "云闪付";
  }
}
