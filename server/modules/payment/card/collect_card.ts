import { saleRequest } from "../../../gateways/card_host/requests.ts";
import { notSent, type Outcome, unknown } from "../../../platform/outcome.ts";
import type { ChannelTrade, PresentedCard, TradeFact } from "../channel.ts";
import { checkCard } from "./check_card.ts";
import { type CardDeps, claimEnd, speakerOf, writingOf } from "./card_deps.ts";
import { saleOutcome, UNDER_WAY } from "./card_facts.ts";
import type { CardEntry } from "./card_message.ts";
import { PAN_COLUMN } from "./original.ts";
import { sendEntry } from "./send_entry.ts";
import { findLatest, insertEntry, lockLatest, lockOpenBatch, takeStan } from "./store.ts";

/** One sale by card. Asked again it says what the first one came to. */
export async function collectCard(
  deps: CardDeps,
  trade: ChannelTrade,
  card: PresentedCard,
): Promise<Outcome<TradeFact>> {
  const known = await findLatest(deps.db, trade.tradeId);
  if (known && known.state !== "unsent") return saleOutcome(known) ?? UNDER_WAY;
  const checked = await checkCard(deps, trade, card);
  if (checked.kind !== "done") return checked;
  const entry = await openSale(deps, trade, card);
  if (entry === null) return UNDER_WAY;
  const speaker = { merchant: entry.merchant, terminal: entry.terminalNumber };
  const { stan, batch, amount } = entry;
  const { pinBlock, keys } = checked.value;
  const request = saleRequest(deps.profile, { speaker, stan, batch, amount, card, pinBlock });
  const ended = await sendEntry(deps, { entry, keys, request });
  if (ended.state === "unsent") return notSent("the card host does not take connections");
  return saleOutcome(ended) ?? unknown("the sale has no trustworthy answer and is taken back");
}

/** The sale's row with its number, committed before it leaves; null when another process was first. */
async function openSale(
  deps: CardDeps,
  trade: ChannelTrade,
  card: PresentedCard,
): Promise<CardEntry | null> {
  const panSealed = await deps.sealer.seal(PAN_COLUMN, card.pan);
  const speaker = speakerOf(deps.settings, trade);
  const writing = writingOf(deps);
  return await deps.db.transaction().execute(async (tx) => {
    const known = await lockLatest(tx, trade.tradeId);
    if (known && known.state !== "unsent") return null;
    const isNew = await insertEntry(tx, {
      subjectId: trade.tradeId,
      attempt: (known?.attempt ?? 0) + 1,
      kind: "sale",
      tradeId: trade.tradeId,
      institutionId: trade.institutionId,
      merchant: speaker.merchant,
      terminalNumber: speaker.terminal,
      stan: await takeStan(tx, speaker),
      batch: await lockOpenBatch(tx, speaker.merchant, writing.now),
      amount: trade.amount,
      panSealed,
      panEnd: card.pan.slice(-4),
      cardSequence: card.sequence,
      state: "sending",
      claimedUntil: claimEnd(deps),
    }, writing);
    return isNew ? await lockLatest(tx, trade.tradeId) : null;
  });
}
