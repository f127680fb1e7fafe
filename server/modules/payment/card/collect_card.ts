import { CryptoError } from "../../../../crypto/errors.ts";
import { saleRequest } from "../../../gateways/card_host/requests.ts";
import { cardSaleBytes, padMacMethod } from "../../../platform/card_sale_text.ts";
import { businessDay } from "../../../platform/clock.ts";
import { notSent, type Outcome, refused, unknown } from "../../../platform/outcome.ts";
import type { PadKeys } from "../../fleet/pad_keys/use_pad_keys.ts";
import type { ChannelTrade, PresentedCard, TradeFact } from "../channel.ts";
import { type CardDeps, claimEnd, speakerOf, writingOf } from "./card_deps.ts";
import { saleOutcome, UNDER_WAY } from "./card_facts.ts";
import type { CardEntry } from "./card_message.ts";
import type { HostKeys } from "./host_session.ts";
import { PAN_COLUMN } from "./original.ts";
import { sendEntry } from "./send_entry.ts";
import {
  addPinFailure,
  countPinFailures,
  findLatest,
  insertEntry,
  lockLatest,
  lockOpenBatch,
  takeStan,
} from "./store.ts";

/** Blocks that did not open at one terminal in a day; then its card payment stops until tomorrow. */
const PIN_FAILURES_MAX = 5;

/** One sale by card. Asked again it says what the first one came to. */
export async function collectCard(
  deps: CardDeps,
  trade: ChannelTrade,
  card: PresentedCard,
): Promise<Outcome<TradeFact>> {
  const known = await findLatest(deps.db, trade.tradeId);
  if (known && known.state !== "unsent") return saleOutcome(known) ?? UNDER_WAY;
  const day = businessDay(deps.clock.now());
  if (await countPinFailures(deps.db, trade.terminalNumber, day) >= PIN_FAILURES_MAX) {
    return refused("payment.card_stopped", "本终端暂停银行卡支付，请换一种方式");
  }
  const keys = await deps.session.keys();
  if (keys === null) return notSent("the card host does not let us sign in");
  const checked = await deps.padKeys(
    trade.terminalNumber,
    (generations) => checkCard(deps, { trade, card, keys, generations }),
  );
  if (checked === null) return refused("payment.no_pad_keys", "密码键盘没有密钥，请联系工作人员");
  if (checked.kind === "refused") return checked.outcome;
  const entry = await openSale(deps, trade, card);
  if (entry === null) return UNDER_WAY;
  const speaker = { merchant: entry.merchant, terminal: entry.terminalNumber };
  const { stan, batch, amount } = entry;
  const { pinBlock } = checked;
  const request = saleRequest(deps.profile, { speaker, stan, batch, amount, card, pinBlock });
  const ended = await sendEntry(deps, { entry, keys, request });
  if (ended.state === "unsent") return notSent("the card host does not take connections");
  return saleOutcome(ended) ?? unknown("the sale has no trustworthy answer and is taken back");
}

interface Checking {
  readonly trade: ChannelTrade;
  readonly card: PresentedCard;
  readonly keys: HostKeys;
  readonly generations: readonly PadKeys[];
}

type Checked =
  | { readonly kind: "fits"; readonly pinBlock: Uint8Array | null }
  | { readonly kind: "refused"; readonly outcome: Outcome<never> };

/** The pad's MAC before anything else: the PIN is opened for this terminal, sum and card only. */
async function checkCard(deps: CardDeps, checking: Checking): Promise<Checked> {
  const pad = await signingKeys(deps, checking);
  if (pad === null) {
    return no("payment.card_unverified", "密码键盘的校验不符，请重新刷卡");
  }
  const { pinBlock, pan } = checking.card;
  if (pinBlock === null) return { kind: "fits", pinBlock };
  const translated = await translate(deps, { pad, keys: checking.keys, pinBlock, pan });
  if (translated) return { kind: "fits", pinBlock: translated };
  const { terminalNumber } = checking.trade;
  const day = businessDay(deps.clock.now());
  await deps.db.transaction().execute((tx) => addPinFailure(tx, terminalNumber, day));
  deps.log.warn("A PIN block did not open", { terminal: terminalNumber });
  return no("payment.pin_unreadable", "密码没有读到，请重新输入");
}

async function signingKeys(
  { provider }: CardDeps,
  { trade, card, generations }: Checking,
): Promise<PadKeys | null> {
  const { tradeId, terminalNumber, amount: amountFen } = trade;
  const { pan, pinBlock, mac } = card;
  const bytes = cardSaleBytes({ tradeId, terminalNumber, amountFen, pan, pinBlock });
  for (const pad of generations) {
    if (await provider.verifyMac(pad.mac, padMacMethod(pad.algorithm), bytes, mac)) return pad;
  }
  return null;
}

/** Null for a block that does not open under this card: that is an answer, and is counted. */
async function translate(
  { provider, profile }: CardDeps,
  { pad, keys, pinBlock, pan }: {
    readonly pad: PadKeys;
    readonly keys: HostKeys;
    readonly pinBlock: Uint8Array;
    readonly pan: string;
  },
): Promise<Uint8Array | null> {
  const format = pad.algorithm === "sm4" ? "sm4_16" : "iso9564_0";
  try {
    return await provider.translatePinBlock(
      { key: pad.pin, format, pan },
      { key: keys.pin, format: profile.pinFormat, pan },
      pinBlock,
    );
  } catch (thrown) {
    const isBlock = thrown instanceof CryptoError &&
      (thrown.code === "bad_encoding" || thrown.code === "wrong_length");
    if (isBlock) return null;
    throw thrown;
  }
}

function no(code: string, text: string): Checked {
  return { kind: "refused", outcome: refused(code, text) };
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
