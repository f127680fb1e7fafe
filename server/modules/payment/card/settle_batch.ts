import { type BatchTotals, settleRequest } from "../../../gateways/card_host/requests.ts";
import { done, type Outcome, unknown } from "../../../platform/outcome.ts";
import type { CardDeps } from "./card_deps.ts";
import { askHost } from "./send_entry.ts";
import {
  type BatchSum,
  findBatches,
  insertBatch,
  lockOpenBatch,
  sumBatch,
  takeStan,
  updateBatch,
} from "./store.ts";

export interface SettledBatch {
  readonly number: number;
  /** Whether the host counted the same; differences are reconciliation's. */
  readonly agrees: boolean;
  readonly totals: BatchTotals;
}

const BATCH_NUMBER_MAX = 999_999;

/**
 * Ends a merchant's batch: from now on messages count in the next one, and when every message of
 * this one has its end the host is told the totals (0500); refunds that people find out about are
 * not waited for, their difference is reconciliation's. Unknown until it has answered; asked
 * again, the same batch goes on.
 */
export async function settleBatch(
  deps: CardDeps,
  merchant: string,
): Promise<Outcome<SettledBatch>> {
  const [waiting] = await findBatches(deps.db, { merchant, states: ["closing"] });
  const number = waiting?.number ?? await closeOpenBatch(deps, merchant);
  const sums = await sumBatch(deps.db, { merchant, number, now: deps.clock.now() });
  if (sums.some(({ isOpen }) => isOpen)) return unknown("messages of the batch have no end yet");
  const totals = totalsOf(sums);
  const keys = await deps.session.keys();
  if (keys === null) return unknown("the card host does not let us sign in");
  const speaker = { ...deps.settings.speaker, merchant };
  const stan = await deps.db.transaction().execute((tx) => takeStan(tx, speaker));
  const request = settleRequest(deps.profile, { speaker, stan, batch: number, totals });
  const reply = await askHost(deps, keys, request);
  if (reply.kind !== "answered") return unknown(reply.reason);
  const { meaning, totalsAgree: agrees, responseCode } = reply.answer;
  if (meaning.kind !== "done") return unknown(`the host answers ${responseCode} to the settlement`);
  await keepSettled(deps, { merchant, number }, { agrees, totals });
  return done({ number, agrees, totals });
}

async function closeOpenBatch({ db, clock }: CardDeps, merchant: string): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const now = clock.now();
    const number = await lockOpenBatch(tx, merchant, now);
    // Another process may have ended one meanwhile.
    const [waiting] = await findBatches(tx, { merchant, states: ["closing"] });
    if (waiting) return waiting.number;
    await updateBatch(tx, { merchant, number }, { state: "closing" });
    await insertBatch(tx, { merchant, number: number % BATCH_NUMBER_MAX + 1, now });
    return number;
  });
}

async function keepSettled(
  { db, clock, log }: CardDeps,
  key: { readonly merchant: string; readonly number: number },
  { agrees, totals }: { readonly agrees: boolean; readonly totals: BatchTotals },
): Promise<void> {
  await db.transaction().execute((tx) =>
    updateBatch(tx, key, {
      state: agrees ? "agreed" : "disagreed",
      settled_at: clock.now(),
      sale_count: totals.saleCount,
      sale_fen: totals.saleFen,
      refund_count: totals.refundCount,
      refund_fen: totals.refundFen,
    })
  );
  if (!agrees) log.error("The card host counts a batch otherwise", { ...key });
}

/** A sale and its void are both gone from the totals. */
export function totalsOf(sums: readonly BatchSum[]): BatchTotals {
  const of = (kind: BatchSum["kind"]) =>
    sums.find((sum) => sum.kind === kind && !sum.isOpen) ?? { count: 0, fen: 0n };
  return {
    saleCount: of("sale").count - of("void").count,
    saleFen: of("sale").fen - of("void").fen,
    refundCount: of("refund").count,
    refundFen: of("refund").fen,
  };
}
