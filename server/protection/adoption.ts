import type { Kysely, Transaction } from "kysely";
import { systemActor } from "../modules/audit/actor.ts";
import type { AuditWriter } from "../modules/audit/record_events.ts";
import { wasTold } from "../modules/audit/was_told.ts";
import { adoptionWork, type AdoptRowsDeps } from "../platform/adopt_rows.ts";
import { ADOPTION_TAGGED, listAdoptedTables, openAdoption } from "../platform/row_adoption.ts";
import type { RowTags } from "../platform/row_tags.ts";
import type { TableWork } from "../platform/upkeep.ts";
import type { Tables } from "../schema.ts";
import { TAGGED_TABLES } from "./tagged_tables.ts";

export interface AdoptionDeps {
  readonly db: Kysely<Tables>;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
}

const ADOPTED_TABLES = TAGGED_TABLES.filter(({ madeAt }) => madeAt !== undefined);

/** How many `adoptionWorks` are. */
export const ADOPTION_WORKS = ADOPTED_TABLES.length + 1;

/**
 * Lets the rows of before there were tags count until they have theirs. Once for each table, which
 * the table's own row says and, should somebody take that away, the audit trail: such tables are
 * returned.
 */
export async function openAdoptions(deps: AdoptionDeps): Promise<readonly string[]> {
  const opened = await listAdoptedTables(deps.db);
  const lost: string[] = [];
  for (const { table } of ADOPTED_TABLES) {
    if (opened.has(table)) continue;
    if (!await deps.db.transaction().execute((tx) => openOnce(deps, tx, table))) lost.push(table);
  }
  return lost;
}

async function openOnce(
  { rowTags, audit }: AdoptionDeps,
  tx: Transaction<Tables>,
  table: string,
): Promise<boolean> {
  if (await wasTold(tx, { kind: "platform.row_adoption_started", objectId: table })) return false;
  if (!await openAdoption(tx, rowTags, table)) return true;
  await audit.record(tx, systemActor("integrity"), [{
    kind: "platform.row_adoption_started",
    result: "succeeded",
    objectId: table,
    fields: { table },
  }]);
  return true;
}

/** First of every pass: what is due is opened and done, what was taken away is named. */
export function adoptionWorks(deps: AdoptionDeps): readonly TableWork[] {
  const adopting: AdoptRowsDeps<Tables> = {
    ...deps,
    narrow: (tx) => tx,
    onEnd: (tx, { table_name: table, rows_adopted }) =>
      deps.audit.record(tx, systemActor("integrity"), [{
        kind: "platform.rows_adopted",
        result: "succeeded",
        objectId: table,
        fields: { table, rows: Number(rows_adopted) },
      }]),
  };
  return [openingWork(deps), ...ADOPTED_TABLES.map((tagged) => adoptionWork(adopting, tagged))];
}

function openingWork(deps: AdoptionDeps): TableWork {
  return {
    table: ADOPTION_TAGGED.table,
    async batch() {
      const lost = await openAdoptions(deps);
      const broken = lost.map((rowId) => ({ rowId, why: "changed" as const }));
      return { rows: 0, broken, place: null };
    },
  };
}
