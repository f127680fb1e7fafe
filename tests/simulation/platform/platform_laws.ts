import { sql } from "kysely";
import { assertBooksAgree, assertNothingForgotten } from "../../books.ts";
import type { World } from "../../world.ts";
import { hold, Violation } from "../core/violation.ts";

/** What must hold at any moment in the real platform's tables. */
export async function checkNow(world: World): Promise<void> {
  await assertNothingForgotten(world, "an order rests unfinished");
  const { db } = world.own;
  const { rows } = await sql<{ id: string; refunded: string; paid: string | null }>`
    select id, refunded_fen::text as refunded, paid_fen::text as paid from payment_trade
    where refunded_fen > coalesce(paid_fen, 0)`.execute(db);
  hold(rows.length === 0, () => `more is refunded than was paid: ${JSON.stringify(rows)}`);
}

/** When all is quiet: every order has ended, and every party's books agree with ours to the fen. */
export async function checkAtRest(world: World): Promise<void> {
  await checkNow(world);
  await checkEnded(world);
  await assertBooksAgree(world, "at rest");
  await checkEachOrder(world);
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

/** When somebody has to look next: at an order, or at an event; null when nobody does. */
export async function dueAt(world: World): Promise<number | null> {
  const { rows } = await sql<{ due: Date | null }>`
    select least(
      (select min(next_attempt_at) from checkout_order where next_attempt_at is not null),
      (select min(due_at) from outbox_event where handled_at is null)) as due`
    .execute(world.own.db);
  return rows[0]?.due?.getTime() ?? null;
}

export async function endsOf(world: World): Promise<ReadonlyMap<string, number>> {
  const rows = await world.own.db.selectFrom("checkout_order").select("state")
    .select((of) => of.fn.countAll<string>().as("count")).groupBy("state").execute();
  return new Map(rows.map(({ state, count }) => [state, Number(count)]));
}
