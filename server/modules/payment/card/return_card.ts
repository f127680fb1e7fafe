import { type Numbered, refundRequest, voidRequest } from "../../../gateways/card_host/requests.ts";
import type { CardMessage } from "../../../gateways/card_host/wire/field_table.ts";
import { notSent, type Outcome, refused, unknown } from "../../../platform/outcome.ts";
import type { ChannelRefund, ChannelTrade, RefundFact } from "../channel.ts";
import { type CardDeps, claimEnd, isUnderWay, writingOf } from "./card_deps.ts";
import { CHANGED, returnOutcome, UNDER_WAY } from "./card_facts.ts";
import { type CardEntry, isStopped, SETTLED_CODE } from "./card_message.ts";
import type { HostKeys } from "./host_session.ts";
import { originalOf } from "./original.ts";
import { isTrue } from "./query_sale.ts";
import { claim, reverseEntry } from "./reverse_entry.ts";
import { sendEntry } from "./send_entry.ts";
import {
  findLatest,
  insertEntry,
  isAsWritten,
  lockLatest,
  lockOpenBatch,
  returnsOf,
  takeStan,
} from "./store.ts";

/**
 * Money back to the card: a void while the sale's batch is open and all of it goes back, else a
 * refund. One that was refused, or certainly never left, is sent anew under a number of its own.
 */
export async function returnToCard(
  deps: CardDeps,
  trade: ChannelTrade,
  refund: ChannelRefund,
): Promise<Outcome<RefundFact>> {
  const sale = await findLatest(deps.db, trade.tradeId);
  if (sale?.state !== "approved") return refused("payment.not_paid", "没有可退的交易");
  const known = await findLatest(deps.db, refund.refundId);
  if (known && !await isTrue(deps, known)) return RETURN_CHANGED;
  if (known && (known.state === "sending" || known.state === "reversing")) {
    return await queryReturn(deps, refund);
  }
  if (known?.state === "approved") return returnOutcome(known) ?? UNDER_WAY;
  const keys = await deps.session.keys();
  if (keys === null) return notSent("the card host does not let us sign in");
  const entry = await openReturn(deps, { sale, refund });
  if (entry === "changed") return CHANGED;
  if (entry === null) return UNDER_WAY;
  const ended = await sendReturn(deps, { keys, sale, entry });
  if (ended.failCode === SETTLED_CODE && entry.kind === "void") {
    return await returnToCard(deps, trade, refund);
  }
  if (ended.state === "unsent") return notSent("the card host does not take connections");
  return outcomeSoFar(deps, ended);
}

function outcomeSoFar({ clock }: CardDeps, entry: CardEntry): Outcome<RefundFact> {
  const known = returnOutcome(entry);
  if (known) return known;
  if (!isStopped(entry, clock.now())) return unknown("the host has not answered");
  return unknown(
    entry.stoppedAt === null
      ? "the refund has no answer and is sent no more"
      : `the host answers ${entry.responseCode} to a repeat; the first sending may be booked`,
  );
}

/** Sends an open refund again as it is, takes an open void back; else what the books say. */
export async function queryReturn(
  deps: CardDeps,
  refund: ChannelRefund,
): Promise<Outcome<RefundFact>> {
  const entry = await findLatest(deps.db, refund.refundId);
  if (entry && !await isTrue(deps, entry)) return RETURN_CHANGED;
  const told = returnOutcome(entry);
  if (told || !entry) return told ?? UNDER_WAY;
  return outcomeSoFar(deps, await driveReturn(deps, entry));
}

/** Whether the money went back, its record does not say: a person has to look. */
const RETURN_CHANGED = unknown("the record of the return was changed past the platform");

/** One try to bring an open void or refund to its end. */
export async function driveReturn(deps: CardDeps, entry: CardEntry): Promise<CardEntry> {
  if (entry.state === "sending" && isUnderWay(deps, entry)) return entry;
  if (entry.kind !== "refund") return await reverseEntry(deps, entry);
  if (isStopped(entry, deps.clock.now())) return entry;
  const keys = await deps.session.keys();
  const sale = await findLatest(deps.db, entry.tradeId);
  if (keys === null || sale === null || !await claim(deps, entry)) return entry;
  return await sendReturn(deps, { keys, sale, entry: { ...entry, tries: entry.tries + 1 } });
}

async function sendReturn(
  deps: CardDeps,
  { keys, sale, entry }: {
    readonly keys: HostKeys;
    readonly sale: CardEntry;
    readonly entry: CardEntry;
  },
): Promise<CardEntry> {
  const original = await originalOf(deps, sale);
  const numbered: Numbered = {
    speaker: { merchant: entry.merchant, terminal: entry.terminalNumber },
    stan: entry.stan,
    batch: entry.batch,
  };
  const request: CardMessage = entry.kind === "void"
    ? voidRequest(numbered, original)
    : refundRequest({ ...numbered, amount: entry.amount }, original);
  return await sendEntry(deps, { entry, keys, request });
}

async function openReturn(
  deps: CardDeps,
  { sale, refund }: { readonly sale: CardEntry; readonly refund: ChannelRefund },
): Promise<CardEntry | "changed" | null> {
  const writing = writingOf(deps);
  return await deps.db.transaction().execute(async (tx) => {
    // Returns of one sale take turns on its row.
    const held = await lockLatest(tx, sale.subjectId);
    if (!held || !await isAsWritten(tx, deps.tags, held)) return "changed";
    const known = await lockLatest(tx, refund.refundId);
    if (known && !["refused", "unsent", "reversed"].includes(known.state)) return null;
    const others = await returnsOf(tx, sale.tradeId);
    const speaker = { merchant: sale.merchant, terminal: sale.terminalNumber };
    // The number before the batch, as sales do: the other way round each would wait for the other.
    const stan = await takeStan(tx, speaker);
    const batch = await lockOpenBatch(tx, sale.merchant, writing.now);
    const isWhole = refund.amount === sale.amount && others.length === 0;
    const mayVoid = isWhole && batch === sale.batch && known?.failCode !== SETTLED_CODE;
    const isNew = await insertEntry(tx, {
      subjectId: refund.refundId,
      attempt: (known?.attempt ?? 0) + 1,
      kind: mayVoid ? "void" : "refund",
      tradeId: sale.tradeId,
      institutionId: sale.institutionId,
      merchant: sale.merchant,
      terminalNumber: sale.terminalNumber,
      stan,
      batch,
      amount: refund.amount,
      panSealed: sale.panSealed,
      panEnd: sale.panEnd,
      cardSequence: sale.cardSequence,
      state: "sending",
      claimedUntil: claimEnd(deps),
    }, writing);
    return isNew ? await lockLatest(tx, refund.refundId) : null;
  });
}
