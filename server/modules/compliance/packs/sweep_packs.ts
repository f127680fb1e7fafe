import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { breakSilent, deleteLeftPieces, expirePacks } from "../store.ts";
import type { ComplianceTables } from "../tables.ts";

/** After so long without a word the process that made a pack is gone. */
const SILENT_MS_MAX = 60_000;
/** Files on the database's disk, at most PACK_BYTES_MAX each. */
const KEPT_MAX = 5;

/** Packs of processes that ended are broken; files go when their time is over. */
export async function sweepPacks(
  { db, clock }: { readonly db: Kysely<ComplianceTables>; readonly clock: Clock },
): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    const seenBefore = new Date(now.getTime() - SILENT_MS_MAX);
    await breakSilent(tx, { seenBefore, now, why: "生成它的进程中断了，请重新开始" });
    await expirePacks(tx, { now, keep: KEPT_MAX });
    await deleteLeftPieces(tx);
  });
}
