import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { AuditEventRow } from "../canonical_form.ts";
import type { AuditTags } from "../chain/audit_tags.ts";
import type { AuditTables } from "../tables.ts";
import { wholeFault } from "./chain_check.ts";
import type { ChainPart } from "./chain_part.ts";
import type { Fault } from "./fault.ts";
import { countLinked, eventKey, eventsOf, linkedEvents, pageOfEventIds } from "./store.ts";

interface UnlinkedDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly tags: AuditTags | null;
}

const PAGE_EVENTS_MAX = 1_000;
/** An event that waits for its link longer was kept from it. */
const WAIT_MS_MAX = 10 * 60_000;
const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Events no link names: written past the platform, or cut off from the chain. `to` is what was asked
 * for and not where the chain ends: a chain that nobody goes on with is no whole one.
 */
export async function unlinkedFault(
  deps: UnlinkedDeps,
  { after, to }: Pick<ChainPart, "after" | "to">,
): Promise<{ readonly fault: Fault | null; readonly waiting: number }> {
  const young = new Date(deps.clock.now().getTime() - WAIT_MS_MAX);
  const before = young < to ? young : to;
  const { events, links } = await countLinked(deps.db, { after, before });
  // Every link has its event, as the check along the chain has seen: equal counts, none is loose.
  const since = events === links ? before : after;
  let waiting = 0;
  for await (const event of looseEvents(deps.db, { since, to })) {
    const place = { stream: event.stream_id, eventId: event.id, at: event.at };
    if (deps.tags && !await deps.tags.fitsEvent(event)) {
      const what = "事件不是平台写入的（标签不符），也没有链接";
      return { fault: wholeFault("inserted", what, place), waiting };
    }
    if (event.at < young) {
      const what = "事件完好却没有链接：链接被删，或后台任务停了";
      return { fault: wholeFault("tail_missing", what, place), waiting };
    }
    waiting += 1;
  }
  return { fault: null, waiting };
}

async function* looseEvents(
  db: Kysely<AuditTables>,
  { since, to }: { readonly since: Date; readonly to: Date },
): AsyncGenerator<AuditEventRow> {
  let after = { id: LOWEST_ID, at: since };
  for (;;) {
    const page = await pageOfEventIds(db, { after, since, to, limit: PAGE_EVENTS_MAX });
    const last = page.at(-1);
    if (!last) return;
    after = last;
    const linked = await linkedEvents(db, page.map(({ id }) => id));
    const loose = page.filter(({ id, at }) => !linked.has(eventKey(id, at)));
    if (loose.length === 0) continue;
    const events = await eventsOf(db, loose.map(({ id, at }) => ({ event_id: id, event_at: at })));
    yield* events.values();
  }
}
