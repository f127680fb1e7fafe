import type { Kysely } from "kysely";
import { letQueryOut } from "../../../platform/pause.ts";
import { Rubbish } from "../../../platform/rubbish.ts";
import type { CheckpointRow } from "../chain/store.ts";
import type { AuditTables } from "../tables.ts";
import { type LinkCursor, type LinkedEvent, pageOfCheckpoints, pageOfLinks } from "./store.ts";

export type { LinkedEvent };

/** After `after` up to and with `to`. */
export interface PageRange {
  readonly after: Date;
  readonly to: Date;
}

/** Few enough that a page is rubbish before V8 takes it for something that lasts. */
const LINKS_MAX = 300;
/** Of up to 100 KB each. */
const CHECKPOINTS_MAX = 20;
const HIGHEST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const HIGHEST_NUMBER = 9_223_372_036_854_775_807n;

/**
 * Links with their events in the order of linking; the next page is read while one is worked on.
 */
export async function* linkPages(
  db: Kysely<AuditTables>,
  { after, to }: PageRange,
  rubbish = new Rubbish(),
): AsyncGenerator<readonly LinkedEvent[]> {
  const read = (after: LinkCursor) => {
    const page = pageOfLinks(db, { after, to, limit: LINKS_MAX });
    // Told to whoever comes to this page, which may be later.
    page.catch(() => {});
    return page;
  };
  let reading = read({ at: after, stream_id: HIGHEST_ID, n: HIGHEST_NUMBER });
  try {
    for (let page = await reading; page.length > 0; page = await reading) {
      const last = page.at(-1);
      if (last) reading = read(last.link);
      await letQueryOut();
      yield page;
      rubbish.collect();
    }
  } finally {
    // Whoever stops early must not leave a query behind: its connection would never be given back.
    await Promise.allSettled([reading]);
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
