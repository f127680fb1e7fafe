import { sql } from "kysely";
import { cityCards } from "../../../sandbox/card_host/bank_cards.ts";
import { urlsOf } from "../../../sandbox/start_sandbox.ts";
import { settleBatch } from "../../../server/modules/payment/card/settle_batch.ts";
import { assertNothingForgotten } from "../../books.ts";
import { compareBooks } from "../../faults/compare_books.ts";
import { type OwnBooks, readOwnBooks } from "../../faults/own_books.ts";
import { type PartyBooks, readPartyBooks } from "../../faults/party_books.ts";
import { tellOrders } from "../../faults/tell_orders.ts";
import { newTold } from "../../faults/told.ts";
import type { World } from "../../world.ts";
import { hold, Violation } from "../core/violation.ts";

/** What must hold at any moment in the real platform's tables. */
export async function checkNow(world: World): Promise<void> {
  await assertNothingForgotten(world, "an order rests unfinished");
  const { db } = world.own;
  const { rows } = await sql<{ id: string; refunded: string; paid: string | null }>`
    select t.id, sum(r.amount_fen)::text as refunded, t.paid_fen::text as paid
    from payment_trade t join payment_refund r on r.trade_id = t.id and r.state <> 'refused'
    group by t.id, t.at, t.paid_fen
    having sum(r.amount_fen) > coalesce(t.paid_fen, 0)`.execute(db);
  hold(rows.length === 0, () => `more is refunded than was paid: ${JSON.stringify(rows)}`);
}

/**
 * When all is quiet: every order has ended, every party's books agree with ours order by order and
 * to the fen, and what a patient was shown is true.
 */
export async function checkAtRest(world: World, shown: ReadonlySet<string>): Promise<void> {
  await checkNow(world);
  await checkEnded(world);
  const told = { ...newTold(), completed: new Set(shown) };
  await endCardDay(world);
  const own = await readOwnBooks(world.own.db);
  const { differences } = compareBooks(own, await partyBooks(world, own), told);
  if (differences.length > 0) {
    const orders = await tellOrders(world.own.db, differences);
    throw new Violation([...differences.slice(0, DIFFERENCES_SHOWN_MAX), ...orders].join("\n"));
  }
  await checkEachOrder(world);
  await checkRemainders(world);
}

const DIFFERENCES_SHOWN_MAX = 10;
const ANY_HOST = "http://sandbox.test";

/** What a trade says was given back of it is what its refunds say that were made. */
async function checkRemainders(world: World): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select t.id, t.refunded_fen::text as refunded, t.paid_fen::text as paid from payment_trade t
    where t.refunded_fen <> coalesce((
      select sum(r.amount_fen) from payment_refund r
      where r.trade_id = t.id and r.state = 'refunded'), 0)`.execute(world.own.db);
  hold(rows.length === 0, () => `a trade miscounts what went back: ${JSON.stringify(rows)}`);
}

/** What the card host counted is laid beside what we did (0500). */
async function endCardDay(world: World): Promise<void> {
  const { card } = world.services;
  const batches = await world.own.db.selectFrom("card_batch").select("merchant").distinct()
    .execute();
  for (const { merchant } of batches) if (card) await settleBatch(card, merchant);
}

function partyBooks(world: World, own: OwnBooks): Promise<PartyBooks> {
  return readPartyBooks({
    urls: urlsOf(ANY_HOST),
    cards: cityCards(world.city),
    async ask(url) {
      const { pathname, search } = new URL(url);
      const reply = await world.control(pathname + search);
      return { isOk: reply.ok, status: reply.status, body: await reply.json() };
    },
  }, own);
}

/** Every order has come to its end; of one that has not, the whole story. */
export async function checkEnded(world: World): Promise<void> {
  const { db } = world.own;
  const open = await db.selectFrom("checkout_order").selectAll()
    .where("state", "not in", ["completed", "unwound"]).execute();
  const [first] = open;
  if (!first) return;
  const ofOrder = { order_id: first.id, at: first.at };
  const legs = await db.selectFrom("checkout_leg").select(["n", "kind", "state"])
    .where((where) => where.and(ofOrder)).orderBy("n").execute();
  const attempts = await db.selectFrom("checkout_attempt").select(["n", "leg", "ask", "answer"])
    .select(["answer_note", "asked_at"]).where((where) => where.and(ofOrder))
    .orderBy("n").execute();
  const story = attempts.map((one) =>
    `${one.asked_at.toISOString()} ${one.leg} ${one.ask}: ${one.answer} ${one.answer_note ?? ""}`
  );
  const of = legs.map(({ n, kind, state }) => `${n} ${kind}=${state}`).join(", ");
  const { state, stop, next_attempt_at: next } = first;
  const when = next?.toISOString() ?? "never";
  throw new Violation(
    `${open.length} orders did not come to their end; ${first.id} ${state} ${stop}, next ${when}: ` +
      `${of}\n${story.slice(-STORY_LINES_MAX).join("\n")}`,
  );
}

const STORY_LINES_MAX = 40;

/** Each order's own postings: nothing held, and of one that turned back nothing moved in the end. */
async function checkEachOrder(world: World): Promise<void> {
  const { rows } = await sql<{ id: string; state: string; held: string; cash: string }>`
    select o.id, o.state,
      sum(case when p.credit = 'patient:hold' then p.amount_fen
               when p.debit = 'patient:hold' then -p.amount_fen else 0 end)::text as held,
      sum(case when p.debit like 'channel:%' then p.amount_fen
               when p.credit like 'channel:%' then -p.amount_fen else 0 end)::text as cash
    from checkout_order o join ledger_posting p on p.order_id = o.id and p.at = o.at
    group by o.id, o.state`.execute(world.own.db);
  for (const row of rows) {
    hold(row.held === "0", () => `money is still held: ${JSON.stringify(row)}`);
    hold(row.state !== "unwound" || row.cash === "0", () => `kept cash: ${JSON.stringify(row)}`);
  }
}

/** When somebody has to look next: at an order, an event, or a card; null when nobody does. */
export async function dueAt(world: World): Promise<number | null> {
  const { rows } = await sql<{ due: Date | null }>`
    select least(
      (select min(next_attempt_at) from checkout_order where next_attempt_at is not null),
      (select min(due_at) from outbox_event where handled_at is null),
      (select min(tried_at) from card_message where state in ('sending', 'reversing'))) as due`
    .execute(world.own.db);
  return rows[0]?.due?.getTime() ?? null;
}

/** How orders ended, and by what they were paid. */
export async function endsOf(world: World): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ name: string; count: string }>`
    select case when kind = 'bills' then state else kind || ' ' || state end as name,
      count(*)::text as count
    from checkout_order group by 1
    union all
    select 'paid by ' || mode, count(*)::text from payment_trade
    where paid_fen is not null group by mode
    order by 1`.execute(world.own.db);
  return new Map(rows.map(({ name, count }) => [name, Number(count)]));
}
