import type { Kysely } from "kysely";
import { findCheckpoint } from "../chain/find_checkpoint.ts";
import { countUnlinked, findState, listHeads } from "../chain/store.ts";
import type { AuditTables } from "../tables.ts";
import type { ArchiveView, ChainView } from "./contract.ts";
import { type ArchiveRow, type DeletionRow, listArchives, listDeletions } from "./store.ts";

interface ViewDeps {
  readonly db: Kysely<AuditTables>;
}

export async function viewChain({ db }: ViewDeps): Promise<ChainView> {
  const state = await findState(db);
  const last = await findCheckpoint({ db }, null);
  return {
    links: Number(state?.links ?? 0n),
    streams: (await listHeads(db)).length,
    unlinkedEvents: await countUnlinked(db, { since: state?.scanned_to ?? new Date(0) }),
    lastCheckpoint: last && {
      number: Number(last.number),
      at: last.at.toISOString(),
      digest: last.digest.toHex(),
      countersignedBy: [...last.countersignedBy],
    },
  };
}

export async function viewArchives({ db }: ViewDeps): Promise<ArchiveView[]> {
  const deletions = new Map((await listDeletions(db)).map((row) => [row.month, row]));
  return (await listArchives(db)).map((row) => toView(row, deletions.get(row.month) ?? null));
}

function toView(archive: ArchiveRow, deletion: DeletionRow | null): ArchiveView {
  return {
    month: archive.month,
    events: Number(archive.events),
    fileDigest: archive.file_digest.toHex(),
    archivedAt: archive.archived_at.toISOString(),
    keepUntil: archive.keep_until.toISOString(),
    deletion: deletion && deletionView(deletion),
    droppedAt: deletion?.done_at?.toISOString() ?? null,
  };
}

function deletionView(row: DeletionRow): ArchiveView["deletion"] {
  if (row.state === "withdrawn") return null;
  return {
    state: row.state,
    reason: row.reason,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at.toISOString(),
    confirmedBy: row.confirmed_by,
    confirmedAt: row.confirmed_at?.toISOString() ?? null,
  };
}
