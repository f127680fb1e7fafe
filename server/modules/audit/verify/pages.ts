import type { Kysely } from "kysely";
import { type AuditEventRow, canonicalText } from "../canonical_form.ts";
import type { CheckpointRow, LinkRow } from "../chain/store.ts";
import type { AuditTables } from "../tables.ts";
import { eventKey, eventsOf, pageOfCheckpoints, pageOfLinks } from "./store.ts";

export interface LinkedEvent {
  readonly link: LinkRow;
  /** Null where it is gone. */
  readonly event: AuditEventRow | null;
  /** Its canonical form: both its digest and its line in a pack are made of it. */
  readonly text: string | null;
}

/** After `after` up to and with `to`. */
export interface PageRange {
  readonly after: Date;
  readonly to: Date;
}

const LINKS_MAX = 1_000;
/** Of up to 100 KB each. */
const CHECKPOINTS_MAX = 20;
const HIGHEST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const HIGHEST_NUMBER = 9_223_372_036_854_775_807n;

/** Links with their events in the order of linking, one page read while the other is worked on. */
export async function* linkPages(
  db: Kysely<AuditTables>,
  { after, to }: PageRange,
): AsyncGenerator<readonly LinkedEvent[]> {
  const read = async (after: Pick<LinkRow, "at" | "stream_id" | "n">) => {
    const links = await pageOfLinks(db, { after, to, limit: LINKS_MAX });
    if (links.length === 0) return [];
    const events = await eventsOf(db, links);
    return links.map((link) => {
      const event = events.get(eventKey(link.event_id, link.event_at)) ?? null;
      return { link, event, text: event && canonicalText(event) };
    });
  };
  let page = await read({ at: after, stream_id: HIGHEST_ID, n: HIGHEST_NUMBER });
  for (let last = page.at(-1); last; last = page.at(-1)) {
    const next = read(last.link);
    try {
      yield page;
    } finally {
      // Whoever stops early must not leave a query behind: its connection would never be given back.
      await next.catch(() => {});
    }
    page = await next;
  }
}

export async function* checkpointPages(
  db: Kysely<AuditTables>,
  { after, to }: PageRange,
): AsyncGenerator<readonly CheckpointRow[]> {
  let cursor: Pick<CheckpointRow, "at" | "number"> = { at: after, number: HIGHEST_NUMBER };
  for (;;) {
    const page = await pageOfCheckpoints(db, { after: cursor, to, limit: CHECKPOINTS_MAX });
    const last = page.at(-1);
    if (!last) return;
    yield page;
    cursor = last;
  }
}
