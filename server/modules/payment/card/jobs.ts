import { echoRequest } from "../../../gateways/card_host/requests.ts";
import { businessDay } from "../../../platform/clock.ts";
import { reasonOf } from "../../../platform/errors.ts";
import type { CardDeps } from "./card_deps.ts";
import { isUnderWay } from "./card_deps.ts";
import type { CardEntry } from "./card_message.ts";
import { driveReturn } from "./return_card.ts";
import { isTrue } from "./query_sale.ts";
import { reverseEntry } from "./reverse_entry.ts";
import { settleBatch } from "./settle_batch.ts";
import { findBatches, lockOpenBatch, openEntries, putOffEntry, takeStan } from "./store.ts";

const ENTRIES_AT_ONCE_MAX = 50;
/** What was just tried is left alone for so long. */
const AGAIN_AFTER_MS = 10_000;

/** Messages without a trustworthy answer, whoever sent them: taken back, or sent again. */
export async function driveOpenCardMessages(deps: CardDeps): Promise<number> {
  const now = deps.clock.now();
  const before = new Date(now.getTime() - AGAIN_AFTER_MS);
  const entries = await openEntries(deps.db, { now, before, limit: ENTRIES_AT_ONCE_MAX });
  let ended = 0;
  for (const entry of entries) {
    if (isUnderWay(deps, entry)) continue;
    try {
      // Before anything can go wrong with it: what comes next in the round has its turn then.
      await deps.db.transaction().execute((tx) => putOffEntry(tx, entry, now));
      if (await driveEntry(deps, entry)) ended += 1;
    } catch (thrown) {
      const { subjectId } = entry;
      deps.log.error("A card message was not driven on", { subjectId, why: reasonOf(thrown) });
    }
  }
  return ended;
}

async function driveEntry(deps: CardDeps, entry: CardEntry): Promise<boolean> {
  // By a word that is not ours no sale is taken back, and no refund sent.
  if (!await isTrue(deps, entry)) return false;
  const { state } = entry.kind === "sale"
    ? await reverseEntry(deps, entry)
    : await driveReturn(deps, entry);
  return state !== "sending" && state !== "reversing";
}

/** Whether the host answers on the line (0820). */
export async function probeCardLine(deps: CardDeps): Promise<boolean> {
  const { db, clock, host, profile, settings } = deps;
  const { speaker } = settings;
  const numbered = await db.transaction().execute(async (tx) => ({
    speaker,
    stan: await takeStan(tx, speaker),
    batch: await lockOpenBatch(tx, speaker.merchant, clock.now()),
  }));
  const reply = await host.askPlainly(echoRequest(profile, numbered));
  return reply.kind === "answered" && reply.answer.meaning.kind === "done";
}

/** Batches of days before today are ended; those that wait for the host's word are asked again. */
export async function settleDueBatches(deps: CardDeps): Promise<void> {
  const today = businessDay(deps.clock.now());
  const batches = await findBatches(deps.db, { states: ["open", "closing"] });
  const due = batches.filter(({ state, opened_at }) =>
    state === "closing" || businessDay(opened_at) < today
  );
  for (const merchant of new Set(due.map((batch) => batch.merchant))) {
    try {
      await settleBatch(deps, merchant);
    } catch (thrown) {
      deps.log.error("A card batch was not settled", { merchant, why: reasonOf(thrown) });
    }
  }
}
