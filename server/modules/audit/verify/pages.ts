import type { Kysely } from "kysely";
import { type AuditEventRow, canonicalText } from "../canonical_form.ts";
import { Rubbish } from "../../../platform/rubbish.ts";
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

/** Few enough that a page is rubbish before V8 takes it for something that lasts. */
const LINKS_MAX = 300;
const PAGES_AHEAD = 2;
/** Of up to 100 KB each. */
const CHECKPOINTS_MAX = 20;
const HIGHEST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const HIGHEST_NUMBER = 9_223_372_036_854_775_807n;

/** A page that is being read: its links come first and say where the next one begins. */
interface Reading {
  readonly links: Promise<readonly LinkRow[]>;
  readonly page: Promise<readonly LinkedEvent[]>;
}

/**
 * Links with their events in the order of linking. While one page is worked on the database has the
 * events of the next one and the links of the one behind it to look for.
 */
export async function* linkPages(
  db: Kysely<AuditTables>,
  { after, to }: PageRange,
): AsyncGenerator<readonly LinkedEvent[]> {
  const read = (after: Pick<LinkRow, "at" | "stream_id" | "n">): Reading => {
    const links = pageOfLinks(db, { after, to, limit: LINKS_MAX });
    const page = links.then((found) => withEvents(db, found));
    // Told to whoever comes to this page, which may be later.
    page.catch(() => {});
    return { links, page };
  };
  const behind = async ({ links }: Reading): Promise<Reading | null> => {
    const last = (await links).at(-1);
    return last ? read(last) : null;
  };
  const rubbish = new Rubbish();
  const ahead = [read({ at: after, stream_id: HIGHEST_ID, n: HIGHEST_NUMBER })];
  try {
    for (let now = ahead[0]; now; now = ahead[0]) {
      while (ahead.length <= PAGES_AHEAD) {
        const newest = ahead.at(-1);
        const next = newest && await behind(newest);
        if (!next) break;
        ahead.push(next);
      }
      const page = await now.page;
      if (page.length === 0) return;
      yield page;
      ahead.shift();
      rubbish.collect();
    }
  } finally {
    // Whoever stops early must not leave a query behind: its connection would never be given back.
    await Promise.allSettled(ahead.map(({ page }) => page));
  }
}

async function withEvents(
  db: Kysely<AuditTables>,
  links: readonly LinkRow[],
): Promise<readonly LinkedEvent[]> {
  if (links.length === 0) return [];
  const events = await eventsOf(db, links);
  return links.map((link) => {
    const event = events.get(eventKey(link.event_id, link.event_at)) ?? null;
    return { link, event, text: event && canonicalText(event) };
  });
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
