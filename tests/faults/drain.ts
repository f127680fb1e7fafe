import { sql } from "kysely";
import { pause } from "./mortal_process.ts";
import { withDatabase } from "./database.ts";
import type { FaultStage } from "./stage.ts";

/** After the storm: all works, until nothing is left to be done. */

const LOOK_MS = 1_000;
const FINAL = ["completed", "unwound"] as const;
const TOLD_MAX = 20;

export interface Drained {
  readonly seconds: number;
  /** Orders that did not come to their end, each with all that is known. */
  readonly left: readonly string[];
}

export async function drain(
  stage: FaultStage,
  { secondsMax }: { readonly secondsMax: number },
): Promise<Drained> {
  const started = performance.now();
  const secondsSince = () => Math.round((performance.now() - started) / 1_000);
  return await withDatabase(stage.databaseUrl, async (db) => {
    for (;;) {
      const { rows: [row] } = await sql<{ orders: number; events: number; cards: number }>`
        select
          cast((select count(*) from checkout_order
            where state not in (${sql.join(FINAL)})) as integer) as orders,
          cast((select count(*) from outbox_event where handled_at is null) as integer) as events,
          cast((select count(*) from card_message
            where state in ('sending', 'reversing')) as integer) as cards
        `.execute(db);
      const isAtRest = row?.orders === 0 && row.events === 0 && row.cards === 0;
      if (isAtRest) return { seconds: secondsSince(), left: [] };
      if (secondsSince() >= secondsMax) break;
      await pause(LOOK_MS);
    }
    const { rows } = await sql<{ told: string }>`
      select concat_ws(' ', o.id, o.kind, o.state, 'stop=' || coalesce(o.stop, '-'),
        'next=' || coalesce(cast(o.next_attempt_at as text), 'NEVER'),
        'claimed=' || coalesce(cast(o.claimed_until as text), '-'),
        (select string_agg(concat_ws(':', l.n, l.kind, l.state, l.tries), ' ' order by l.n)
          from checkout_leg l where l.order_id = o.id),
        (select 'last: ' || concat_ws(' ', a.ask, a.answer, a.answer_note)
          from checkout_attempt a where a.order_id = o.id order by a.n desc limit 1)) as told
      from checkout_order o where o.state not in (${sql.join(FINAL)})
      union all
      select concat_ws(' ', 'event', e.id, e.type, e.key, e.tries)
      from outbox_event e where e.handled_at is null
      union all
      select concat_ws(' ', 'card', m.kind, m.subject_id, m.state, m.tries, m.response_code)
      from card_message m where m.state in ('sending', 'reversing')
      limit ${TOLD_MAX}`.execute(db);
    return { seconds: secondsSince(), left: rows.map(({ told }) => told) };
  });
}
