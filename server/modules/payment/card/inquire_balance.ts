import { balanceRequest } from "../../../gateways/card_host/requests.ts";
import { asFen, type Fen, ZERO } from "../../../platform/money.ts";
import { done, type Outcome, refused, unknown } from "../../../platform/outcome.ts";
import type { PresentedCard } from "../channel.ts";
import { type CardDeps, speakerOf, writingOf } from "./card_deps.ts";
import { checkCard } from "./check_card.ts";
import { askHost } from "./send_entry.ts";
import { lockOpenBatch, takeStan } from "./store.ts";

/** The id stands in the pad's MAC as a sale's does, with an amount of nothing. */
export interface BalanceInquiry {
  readonly id: string;
  readonly terminalNumber: string;
  /** The institution's number at the host. */
  readonly merchant: string;
}

/** What is on the card. It moves nothing, so that no row is kept and a lost answer is just that. */
export async function inquireBalance(
  deps: CardDeps,
  inquiry: BalanceInquiry,
  card: PresentedCard,
): Promise<Outcome<Fen>> {
  const { id: tradeId, terminalNumber } = inquiry;
  const checked = await checkCard(deps, { tradeId, terminalNumber, amount: ZERO }, card);
  if (checked.kind !== "done") return checked;
  const { keys, pinBlock } = checked.value;
  const speaker = speakerOf(deps.settings, inquiry);
  const { now } = writingOf(deps);
  const numbered = await deps.db.transaction().execute(async (tx) => ({
    speaker,
    stan: await takeStan(tx, speaker),
    batch: await lockOpenBatch(tx, speaker.merchant, now),
  }));
  const request = balanceRequest(deps.profile, { ...numbered, card, pinBlock });
  const reply = await askHost(deps, keys, request);
  if (reply.kind === "not_sent") return reply;
  if (reply.kind !== "answered") return unknown(reply.reason);
  const { meaning, balance, responseCode } = reply.answer;
  if (meaning.kind === "refused") return refused(meaning.code, meaning.text);
  return meaning.kind === "done" && balance !== null
    ? done(asFen(balance))
    : unknown(`the host answers ${responseCode}`);
}
