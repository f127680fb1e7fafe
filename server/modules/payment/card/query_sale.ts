import { done, type Outcome, refused, unknown } from "../../../platform/outcome.ts";
import type { ChannelTrade, TradeFact } from "../channel.ts";
import { type CardDeps, isUnderWay, speakerOf, writingOf } from "./card_deps.ts";
import { saleOutcome, UNDER_WAY } from "./card_facts.ts";
import type { CardEntry } from "./card_message.ts";
import { reverseEntry } from "./reverse_entry.ts";
import { findLatest, insertEntry, isAsWritten, lockLatest, updateEntry } from "./store.ts";

/** Somebody wrote into the books past the platform: whether the card was charged, they do not say. */
const CHANGED = unknown("the record of the sale was changed past the platform");

const REVERSING = unknown("the sale is being taken back");

/** What the books say of a sale; one without a trustworthy answer is taken back by asking. */
export async function querySale(
  deps: CardDeps,
  trade: ChannelTrade,
): Promise<Outcome<TradeFact>> {
  const entry = await findLatest(deps.db, trade.tradeId);
  if (entry && !await isTrue(deps, entry)) return CHANGED;
  return saleOutcome(entry) ?? await settled(deps, entry, saleOutcome);
}

/** Nothing of this trade can be sent after `done`: where nothing was, a row says so. */
export async function closeSale(deps: CardDeps, trade: ChannelTrade): Promise<Outcome<null>> {
  const entry = await keepClosed(deps, trade);
  if (!await isTrue(deps, entry)) return CHANGED;
  const close = (closed: CardEntry) => closeOutcome(closed);
  return closeOutcome(entry) ?? await settled(deps, entry, close);
}

function closeOutcome({ state }: CardEntry): Outcome<null> | null {
  if (state === "approved") return refused("payment.already_paid", "订单已支付");
  return state === "sending" || state === "reversing" ? null : done(null);
}

async function settled<Fact>(
  deps: CardDeps,
  entry: CardEntry | null,
  outcomeOf: (entry: CardEntry) => Outcome<Fact> | null,
): Promise<Outcome<Fact>> {
  if (!entry) return UNDER_WAY;
  if (entry.state === "sending" && isUnderWay(deps, entry)) return UNDER_WAY;
  return outcomeOf(await reverseEntry(deps, entry)) ?? REVERSING;
}

/** As the platform wrote it. */
export function isTrue(
  { db, tags }: Pick<CardDeps, "db" | "tags">,
  entry: CardEntry,
): Promise<boolean> {
  return db.transaction().execute((tx) => isAsWritten(tx, tags, entry));
}

async function keepClosed(deps: CardDeps, trade: ChannelTrade): Promise<CardEntry> {
  const writing = writingOf(deps);
  const speaker = speakerOf(deps.settings, trade);
  const closed = await deps.db.transaction().execute(async (tx) => {
    const known = await lockLatest(tx, trade.tradeId);
    if (known && known.state !== "unsent") return known;
    if (known) await updateEntry(tx, { entry: known, change: { state: "closed" } }, writing);
    else {
      await insertEntry(tx, {
        subjectId: trade.tradeId,
        attempt: 1,
        kind: "sale",
        tradeId: trade.tradeId,
        institutionId: trade.institutionId,
        merchant: speaker.merchant,
        terminalNumber: speaker.terminal,
        stan: 0,
        batch: 0,
        amount: trade.amount,
        panSealed: null,
        panEnd: null,
        cardSequence: null,
        state: "closed",
        claimedUntil: null,
      }, writing);
    }
    return await lockLatest(tx, trade.tradeId);
  });
  if (!closed) throw new Error("Cannot close a sale: its row is gone");
  return closed;
}
