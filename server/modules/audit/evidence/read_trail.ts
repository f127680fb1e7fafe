import type { Kysely } from "kysely";
import { Rubbish } from "../../../platform/rubbish.ts";
import type { AuditEventRow } from "../canonical_form.ts";
import { AUDIT_EVENTS } from "../catalogue.ts";
import { type AuditEventId, type AuditEventKind, isAuditEventId } from "../event.ts";
import type { AuditTables } from "../tables.ts";
import {
  countEvents,
  type EventCount,
  type EventSpan,
  findTrailEnds,
  listEventPage,
  type TrailEnds,
} from "./store.ts";

/** The trail as evidence is taken from it. */
export interface ReadTrailDeps {
  readonly db: Kysely<AuditTables>;
}

const PAGE_ROWS = 500;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** Of these kinds, in the order of their ids. */
export async function* eachEvent(
  { db }: ReadTrailDeps,
  span: EventSpan & { readonly kinds: readonly AuditEventId[] },
): AsyncGenerator<Omit<AuditEventRow, "tag">> {
  if (span.kinds.length === 0) return;
  const rubbish = new Rubbish();
  let after = FIRST_ID;
  for (;;) {
    const rows = await listEventPage(db, { ...span, after, limit: PAGE_ROWS });
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    after = last.id;
    rubbish.collect();
  }
}

export async function countTrail({ db }: ReadTrailDeps, span: EventSpan): Promise<EventCount[]> {
  return await countEvents(db, span);
}

export async function readTrailEnds(
  { db }: ReadTrailDeps,
): Promise<TrailEnds> {
  return await findTrailEnds(db);
}

/** The kinds of the catalogue that are so. */
export function kindsWhere(
  wanted: (kind: AuditEventKind, id: AuditEventId) => boolean,
): AuditEventId[] {
  return Object.keys(AUDIT_EVENTS).filter(isAuditEventId)
    .filter((id) => wanted(AUDIT_EVENTS[id], id));
}
