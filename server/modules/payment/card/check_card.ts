import { CryptoError } from "../../../../crypto/errors.ts";
import { cardSaleBytes, padMacMethod } from "../../../platform/card_sale_text.ts";
import { businessDay } from "../../../platform/clock.ts";
import type { Fen } from "../../../platform/money.ts";
import { done, notSent, type Outcome, refused } from "../../../platform/outcome.ts";
import { systemActor } from "../../audit/actor.ts";
import type { PadKeys } from "../../fleet/pad_keys/use_pad_keys.ts";
import type { PresentedCard } from "../channel.ts";
import type { CardDeps } from "./card_deps.ts";
import type { HostKeys } from "./host_session.ts";
import { addPinFailure, countPinFailures } from "./store.ts";

/** Blocks that did not open at one terminal in a day; then its card payment stops until tomorrow. */
const PIN_FAILURES_MAX = 5;

/** What the card is presented for, as the platform has it. */
export interface CardUse {
  readonly tradeId: string;
  readonly terminalNumber: string;
  readonly amount: Fen;
}

export interface CheckedCard {
  readonly keys: HostKeys;
  /** Under the host's PIN key. */
  readonly pinBlock: Uint8Array | null;
}

/**
 * Whether this card was presented for this very use: the pad's MAC before anything else, so that a
 * PIN is opened for this terminal, sum and card only.
 */
export async function checkCard(
  deps: CardDeps,
  use: CardUse,
  card: PresentedCard,
): Promise<Outcome<CheckedCard>> {
  const day = businessDay(deps.clock.now());
  if (await countPinFailures(deps.db, use.terminalNumber, day) >= PIN_FAILURES_MAX) {
    return refused("payment.card_stopped", "本终端暂停银行卡支付，请换一种方式");
  }
  const keys = await deps.session.keys();
  if (keys === null) return notSent("the card host does not let us sign in");
  const checked = await deps.padKeys(
    use.terminalNumber,
    (generations) => checkUnder(deps, { use, card, keys, generations }),
  );
  return checked ?? refused("payment.no_pad_keys", "密码键盘没有密钥，请联系工作人员");
}

interface Checking {
  readonly use: CardUse;
  readonly card: PresentedCard;
  readonly keys: HostKeys;
  readonly generations: readonly PadKeys[];
}

async function checkUnder(deps: CardDeps, checking: Checking): Promise<Outcome<CheckedCard>> {
  const pad = await signingKeys(deps, checking);
  if (pad === null) return refused("payment.card_unverified", "密码键盘的校验不符，请重新刷卡");
  const { use, keys } = checking;
  const { pinBlock, pan } = checking.card;
  if (pinBlock === null) return done({ keys, pinBlock });
  const translated = await translate(deps, { pad, keys, pinBlock, pan });
  if (translated) return done({ keys, pinBlock: translated });
  const day = businessDay(deps.clock.now());
  await deps.db.transaction().execute(async (tx) => {
    await addPinFailure(tx, use.terminalNumber, day);
    await deps.audit.record(tx, systemActor("card-host"), [{
      kind: "payment.pin_block_refused",
      result: "refused",
      reason: "payment.pin_unreadable",
      objectId: use.tradeId,
      fields: { terminal: use.terminalNumber },
    }]);
  });
  deps.log.warn("A PIN block did not open", { terminal: use.terminalNumber });
  return refused("payment.pin_unreadable", "密码没有读到，请重新输入");
}

async function signingKeys(
  { provider }: CardDeps,
  { use, card, generations }: Checking,
): Promise<PadKeys | null> {
  const { tradeId, terminalNumber, amount: amountFen } = use;
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
