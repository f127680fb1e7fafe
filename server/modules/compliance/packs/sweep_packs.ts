import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { breakSilent, deleteLeftPieces, expirePacks } from "../store.ts";
import type { ComplianceTables } from "../tables.ts";
import { packFailedEvent } from "./ended_event.ts";
import { requesterOf } from "./pack_view.ts";

/** After so long without a word the process that made a pack is gone. */
const SILENT_MS_MAX = 60_000;
/** Files on the database's disk, at most PACK_BYTES_MAX each. */
const KEPT_MAX = 5;

export interface SweepPacksDeps {
  readonly db: Kysely<ComplianceTables & AuditTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

/** Packs of processes that ended are broken; files go when their time is over. */
export async function sweepPacks({ db, clock, audit }: SweepPacksDeps): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    const seenBefore = new Date(now.getTime() - SILENT_MS_MAX);
    const why = "生成它的进程中断了，请重新开始";
    for (const row of await breakSilent(tx, { seenBefore, now, why })) {
      await audit.record(tx, requesterOf(row), [packFailedEvent(row.id, "interrupted")]);
    }
    await expirePacks(tx, { now, keep: KEPT_MAX });
    await deleteLeftPieces(tx);
  });
}
