import { type Kysely, sql } from "kysely";
import type { Tables } from "../../server/schema.ts";

/** All that is written down of the orders that differ: the database goes with the run. */

const ORDERS_TOLD_MAX = 6;
const LINES_MAX = 150;
const NO_ORDER = "00000000-0000-0000-0000-000000000000";
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export async function tellOrders(
  db: Kysely<Tables>,
  differences: readonly string[],
): Promise<string[]> {
  const ids = new Set(differences.flatMap((one) => one.match(ID) ?? []));
  const orders = await db.selectFrom("checkout_order").select("id")
    .where("id", "in", ids.size > 0 ? [...ids] : [NO_ORDER]).limit(ORDERS_TOLD_MAX).execute();
  const told: string[] = [];
  for (const { id } of orders) {
    const { rows } = await sql<{ at: Date; line: string }>`
      select o.at, concat_ws(' ', 'order', o.kind, o.state, o.stop) as line
      from checkout_order o where o.id = ${id}
      union all
      select a.asked_at, concat_ws(' ', 'attempt', a.leg, a.ask, a.answer, a.answer_note,
        a.answered_at)
      from checkout_attempt a where a.order_id = ${id}
      union all
      select m.sent_at, concat_ws(' ', 'insurance', m.infno, m.msgid, m.outcome, m.infcode,
        m.answered_at)
      from insurance_message m where m.order_id = ${id}
      union all
      select c.changed_at, concat_ws(' ', 'claim', c.visit_number, c.mdtrt_id, c.settle_msgid,
        c.setl_id, c.voided_at)
      from insurance_claim c where c.order_id = ${id} or c.mdtrt_id = (
        select own.mdtrt_id from insurance_claim own where own.order_id = ${id})
      union all
      select t.changed_at, concat_ws(' ', 'trade', t.id, t.mode, t.state, t.paid_fen,
        t.refunded_fen)
      from payment_trade t where t.order_id = ${id}
      union all
      select m.sent_at, concat_ws(' ', 'card', m.kind, m.attempt, m.state, m.tries, m.response_code)
      from card_message m join payment_trade t on t.id = m.trade_id where t.order_id = ${id}
      order by 1 limit ${LINES_MAX}`.execute(db);
    told.push(`--- ${id}`, ...rows.map(({ at, line }) => `${new Date(at).toISOString()} ${line}`));
  }
  return told;
}
