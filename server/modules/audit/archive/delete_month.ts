import type { Kysely, Transaction } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import type { Actor } from "../actor.ts";
import { type AuditTags, openAuditTags } from "../chain/audit_tags.ts";
import type { AuditWriter } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import { nextMonth, startOfMonth } from "./month.ts";
import { laterOf, type PolicyDays } from "./retention.ts";
import {
  type ArchiveRow,
  countUnarchived,
  type DeletionRow,
  dropMonth,
  findArchive,
  insertDeletion,
  listArchives,
  listDeletions,
  lockDeletion,
  updateDeletion,
} from "./store.ts";

export interface DeleteMonthDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
  readonly audit: AuditWriter;
  readonly policyDays: PolicyDays;
}

interface Person {
  readonly actor: Actor;
  readonly accountId: string;
}

/** The first of two audit administrators. Throws DomainError where the month has to be kept. */
export async function requestDeletion(
  deps: DeleteMonthDeps,
  { actor, accountId }: Person,
  { month, reason }: { readonly month: string; readonly reason: string },
): Promise<void> {
  const tags = await openAuditTags(deps.provider);
  const now = deps.clock.now();
  await deps.db.transaction().execute(async (tx) => {
    await requireOld(deps, await archiveOf(tx, month));
    if (await lockDeletion(tx, month)) throw refused("already_requested", month);
    const deletion = {
      id: newId(now),
      month,
      state: "requested" as const,
      reason,
      requested_by: accountId,
      requested_at: now,
      confirmed_by: null,
      confirmed_at: null,
      done_at: null,
    };
    await insertDeletion(tx, { ...deletion, tag: await tags.deletionTag(deletion) });
    await deps.audit.record(tx, actor, [{
      kind: "audit.deletion_requested",
      result: "succeeded",
      objectId: month,
      fields: { month },
    }]);
  });
}

/** The second one, who is another. */
export async function confirmDeletion(
  deps: DeleteMonthDeps,
  { actor, accountId }: Person,
  month: string,
): Promise<void> {
  await change(deps, { month, from: ["requested"] }, async (tx, deletion) => {
    if (deletion.requested_by === accountId) throw refused("same_person", month);
    await deps.audit.record(tx, actor, [{
      kind: "audit.deletion_confirmed",
      result: "succeeded",
      objectId: month,
      fields: { month },
    }]);
    return { state: "confirmed", confirmed_by: accountId, confirmed_at: deps.clock.now() };
  });
}

/** By anybody who might confirm, until the month is gone. */
export async function withdrawDeletion(
  deps: DeleteMonthDeps,
  { actor }: Person,
  month: string,
): Promise<void> {
  await change(deps, { month, from: ["requested", "confirmed"] }, async (tx) => {
    await deps.audit.record(tx, actor, [{
      kind: "audit.deletion_withdrawn",
      result: "succeeded",
      objectId: month,
      fields: { month },
    }]);
    return { state: "withdrawn" };
  });
}

export interface DropMonth {
  readonly month: string;
  /** SM3 of the archive file at hand, which is looked at once more. */
  readonly fileDigest: Uint8Array;
}

/** Removes what two people gave up, oldest month first; run under the tables' owner. */
export async function dropArchivedMonth(
  deps: DeleteMonthDeps,
  actor: Actor,
  { month, fileDigest }: DropMonth,
): Promise<bigint> {
  const archive = await archiveOf(deps.db, month);
  await requireOld(deps, archive);
  if (archive.file_digest.toHex() !== fileDigest.toHex()) throw refused("other_file", month);
  await requireOldest(deps.db, month);
  await requireArchivedEvents(deps.db, month);
  await change(deps, { month, from: ["confirmed"] }, async (tx) => {
    await dropMonth(tx, month);
    await deps.audit.record(tx, actor, [{
      kind: "audit.deletion_done",
      result: "succeeded",
      objectId: month,
      fields: { month, rows: String(archive.events) },
    }]);
    return { state: "done", done_at: deps.clock.now() };
  });
  return archive.events;
}

/** The chain goes on from the last month that is gone: none may be left before it. */
async function requireOldest(db: Kysely<AuditTables>, month: string): Promise<void> {
  const done = new Set(
    (await listDeletions(db)).filter(({ state }) => state === "done").map((row) => row.month),
  );
  const older = (await listArchives(db)).filter((row) => row.month < month && !done.has(row.month));
  if (older.length > 0) throw refused("not_oldest", month);
}

/** An event at the end of a month may be linked in the next one. */
async function requireArchivedEvents(db: Kysely<AuditTables>, month: string): Promise<void> {
  const next = nextMonth(month);
  if (!await findArchive(db, next)) throw refused("next_not_archived", month);
  const left = await countUnarchived(db, {
    from: startOfMonth(month),
    to: startOfMonth(next),
    linkedBefore: startOfMonth(nextMonth(next)),
  });
  if (left > 0n) throw refused("not_archived", month);
}

async function change(
  { db, provider }: DeleteMonthDeps,
  { month, from }: { readonly month: string; readonly from: readonly DeletionRow["state"][] },
  work: (tx: Transaction<AuditTables>, deletion: DeletionRow) => Promise<Partial<DeletionRow>>,
): Promise<void> {
  const tags = await openAuditTags(provider);
  await db.transaction().execute(async (tx) => {
    const deletion = await lockDeletion(tx, month);
    if (!deletion) throw refused("not_requested", month);
    await requireOwn(tags, deletion);
    if (!from.includes(deletion.state)) throw refused("wrong_state", month);
    const changed = { ...deletion, ...await work(tx, deletion) };
    await updateDeletion(tx, { ...changed, tag: await tags.deletionTag(changed) });
  });
}

/** Two confirmations that psql wrote are none. */
async function requireOwn(tags: AuditTags, deletion: DeletionRow): Promise<void> {
  if (!await tags.fitsDeletion(deletion)) throw refused("forged_confirmation", deletion.month);
}

async function archiveOf(
  db: Parameters<typeof findArchive>[0],
  month: string,
): Promise<ArchiveRow> {
  const archive = await findArchive(db, month);
  if (!archive) throw refused("not_found", month);
  return archive;
}

/** By what held when it was archived and by the policy of today, whichever is longer. */
async function requireOld(
  { clock, policyDays }: DeleteMonthDeps,
  { month, keep_until }: ArchiveRow,
): Promise<void> {
  const until = laterOf(keep_until, startOfMonth(nextMonth(month)), await policyDays());
  if (until > clock.now()) throw refused("must_be_kept", month, until.toISOString());
}

function refused(reason: string, month: string, detail?: string): DomainError {
  return new DomainError(
    `audit.${reason}`,
    `Cannot delete the audit events of ${month}: ${reason}`,
    detail === undefined ? {} : { detail },
  );
}
