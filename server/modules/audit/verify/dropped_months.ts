import type { Kysely } from "kysely";
import { readManifest } from "../archive/manifest.ts";
import type { AuditTags } from "../chain/audit_tags.ts";
import type { AuditTables } from "../tables.ts";
import { type CheckTools, wholeFault } from "./chain_check.ts";
import type { Fault } from "./fault.ts";
import { findFirstLinkAt, listArchivesByMonth, listDoneDeletions } from "./store.ts";

type ArchiveRow = AuditTables["audit_archive"];

export interface DroppedMonths {
  /** Archives whose months were dropped, oldest first. */
  readonly archives: readonly ArchiveRow[];
  /** Of a deletion that the platform did not do: it would hide the whole month. */
  readonly fault: Fault | null;
}

export interface DroppedMonthsDeps {
  readonly db: Kysely<AuditTables>;
  readonly isSigned: CheckTools["isSigned"];
  /** Null where there is no key of tags. */
  readonly tags: Pick<AuditTags, "fitsDeletion"> | null;
}

/** A check starts behind what was dropped: who says so without right could hide what he changed. */
export async function findDroppedMonths(deps: DroppedMonthsDeps): Promise<DroppedMonths> {
  const archives = new Map((await listArchivesByMonth(deps.db)).map((row) => [row.month, row]));
  const found: ArchiveRow[] = [];
  let fault: Fault | null = null;
  for (const deletion of await listDoneDeletions(deps.db)) {
    const archive = archives.get(deletion.month);
    const what = deps.tags && !await deps.tags.fitsDeletion(deletion)
      ? "删除记录不是平台写的（标签不符）"
      : !archive
      ? "记着已删除，却没有归档"
      : await wrongOf(deps, archive);
    if (what === null && archive) found.push(archive);
    else fault ??= wholeFault("deletion_forged", `${deletion.month}：${what}`);
  }
  return { archives: found, fault };
}

async function wrongOf(
  { db, isSigned }: DroppedMonthsDeps,
  row: ArchiveRow,
): Promise<string | null> {
  const manifest = readManifest(row.body);
  if (!manifest || manifest.month !== row.month || !await isSigned(row, manifest.key)) {
    return "归档清单的签名不符，不能从它往后校验";
  }
  const first = await findFirstLinkAt(db);
  return first && first < manifest.before ? "记着已删除，记录却还在" : null;
}
