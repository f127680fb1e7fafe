import type { Outcome } from "../../platform/outcome.ts";
import {
  channelOf,
  type ChannelTrade,
  type Presented,
  type TenderChannel,
  type TenderChannels,
  type TenderMode,
  type TradeFact,
} from "./channel.ts";
import { cashSplit, type LegAnswer, NOTHING_TO_DO, type TenderAnswer } from "./leg_answer.ts";
import type { TenderContext } from "./tender_leg.ts";

/** Puts a tender's question to its channel. */
export async function askChannel(
  channels: TenderChannels,
  context: TenderContext,
  ask: "perform" | "find" | "close",
): Promise<TenderAnswer> {
  const channel = channels[channelOf(context.mode)];
  const trade = channelTrade(context);
  switch (ask) {
    case "perform":
      return await perform(channel, context, trade);
    case "find":
      return answerOf(await channel.query(trade), "query");
    case "close":
      return closingOf(await channel.close(trade));
  }
}

function channelTrade(context: TenderContext): ChannelTrade {
  const { tradeId, orderId, institutionId, mode, merchant, terminalNumber, amountFen } = context;
  return { tradeId, orderId, institutionId, mode, merchant, terminalNumber, amount: amountFen };
}

async function perform(
  channel: TenderChannel,
  { mode, presented, title, expiresAt }: TenderContext,
  trade: ChannelTrade,
): Promise<TenderAnswer> {
  if (presented === null && NEEDS[mode] !== null) return await performWithout(channel, trade);
  return answerOf(await channel.collect(trade, { presented, title, expiresAt }), "change");
}

/** What the patient must present for a mode. */
const NEEDS: Readonly<Record<TenderMode, Presented["kind"] | null>> = {
  show_code: null,
  scan_code: "code",
  card: "card",
  citizen_code: "code",
  medical_mix: null,
};

/** Code or card went with a restart, yet an earlier call may have arrived: only closing ends it. */
async function performWithout(channel: TenderChannel, trade: ChannelTrade): Promise<TenderAnswer> {
  const closing = closingOf(await channel.close(trade));
  if (closing.kind === "done") {
    return { kind: "refused", code: "payment.code_gone", text: "请重新出示付款码或银行卡" };
  }
  return closing.kind === "refused" ? answerOf(await channel.query(trade), "query") : closing;
}

/**
 * An echoed amount that is not ours makes a changing call unknown, so that the channel is asked
 * again; its answer to a query is then what was really paid, and goes on as it is.
 */
function answerOf(outcome: Outcome<TradeFact>, call: "change" | "query"): TenderAnswer {
  if (outcome.kind !== "done") return outcome;
  const fact = outcome.value;
  switch (fact.state) {
    case "paid":
      return fact.asAsked || call === "query"
        ? { kind: "done", split: cashSplit(fact.amount), reference: fact.reference, fact }
        : { kind: "unknown", reason: `the channel echoes ${fact.amount} fen, not what was asked` };
    case "absent":
      return { kind: "absent" };
    case "waiting":
    case "password":
      return { kind: "pending", fact };
  }
}

function closingOf(outcome: Outcome<null>): LegAnswer {
  return outcome.kind === "done" ? NOTHING_TO_DO : outcome;
}
