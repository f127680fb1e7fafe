import type { Kysely } from "kysely";
import { z } from "zod";
import type { Clock } from "../../../platform/clock.ts";
import { parseJson } from "../pack_format.ts";
import { findSystemVerification } from "../verify/store.ts";
import { findCheckpoint } from "../chain/find_checkpoint.ts";
import { countUnlinked, findState, listHeads } from "../chain/store.ts";
import type { AuditTables } from "../tables.ts";
import type { ArchiveView, ChainView } from "./contract.ts";
import { readManifest } from "./manifest.ts";
import { nextMonth, startOfMonth } from "./month.ts";
import { laterOf, type PolicyDays } from "./retention.ts";
import { type ArchiveRow, type DeletionRow, listArchives, listDeletions } from "./store.ts";

interface ViewDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
}

const VERIFIED_WITHIN_MS = 7 * 24 * 3_600_000;

export async function viewChain(deps: ViewDeps): Promise<ChainView> {
  const { db } = deps;
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
    lastVerification: await viewVerification(deps),
  };
}

const fieldsShape = z.object({
  verdict: z.string(),
  events: z.string(),
  broken: z.string().nullable(),
});

async function viewVerification(
  { db, clock }: ViewDeps,
): Promise<ChainView["lastVerification"]> {
  const since = new Date(clock.now().getTime() - VERIFIED_WITHIN_MS);
  const found = await findSystemVerification(db, since, ["audit.verified"]);
  const fields = found && fieldsShape.safeParse(parseJson(found.fields)).data;
  return fields ? { at: found.at.toISOString(), ...fields } : null;
}

export async function viewArchives(
  { db, policyDays }: Pick<ViewDeps, "db"> & { readonly policyDays: PolicyDays },
): Promise<ArchiveView[]> {
  const days = await policyDays();
  const deletions = new Map((await listDeletions(db)).map((row) => [row.month, row]));
  return (await listArchives(db)).map((row) => toView(row, deletions.get(row.month) ?? null, days));
}

function toView(
  archive: ArchiveRow,
  deletion: DeletionRow | null,
  policyDays: number,
): ArchiveView {
  const before = startOfMonth(nextMonth(archive.month));
  return {
    month: archive.month,
    events: Number(archive.events),
    fileDigest: archive.file_digest.toHex(),
    archivedAt: archive.archived_at.toISOString(),
    keepUntil: laterOf(archive.keep_until, before, policyDays).toISOString(),
    faults: [...readManifest(archive.body)?.faults ?? []],
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
