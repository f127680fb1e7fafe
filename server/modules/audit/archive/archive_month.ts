import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Actor } from "../actor.ts";
import { AUDIT_EVENTS } from "../catalogue.ts";
import { openAuditTags } from "../chain/audit_tags.ts";
import { openSigner } from "../chain/make_checkpoint.ts";
import { isAuditEventId } from "../event.ts";
import { type PartFile, writePart } from "../pack/write_audit_part.ts";
import type { AuditWriter } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import { ChainCheck, type ChainStart, GENESIS } from "../verify/chain_check.ts";
import type { ChainPart } from "../verify/chain_part.ts";
import { faultText } from "../verify/fault.ts";
import { platformKeys, signatureCheck } from "../verify/known_keys.ts";
import { goAlong } from "../verify/go_along.ts";
import type { VerifyRun } from "../verify/report.ts";
import { type Manifest, manifestText, readManifest } from "./manifest.ts";
import { monthOf, nextMonth, startOfMonth } from "./month.ts";
import { findArchive, firstLinkAt, insertArchive } from "./store.ts";

export interface ArchiveDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
  readonly audit: AuditWriter;
}

/** A month that is ready to be written: checked from its first link to its last. */
export interface CheckedMonth {
  readonly month: string;
  readonly manifest: Manifest;
  readonly body: string;
  readonly signature: Uint8Array;
  /** Every event in it has been kept long enough then. */
  readonly keepUntil: Date;
  readonly files: () => AsyncIterable<PartFile>;
}

/** 网络安全法 第二十三条 asks for six months. */
const KEPT_DAYS_MIN = 184;
/** Of a kind that this version does not know. */
const KEPT_DAYS_UNKNOWN = 3_650;
const DAY_MS = 24 * 3_600_000;

/** The first month of links that is over and in no archive; null when there is none. */
export async function nextMonthToArchive(
  { db, clock }: Pick<ArchiveDeps, "db" | "clock">,
  before: string,
): Promise<string | null> {
  const first = await firstLinkAt(db);
  if (!first) return null;
  const end = before < monthOf(clock.now()) ? before : monthOf(clock.now());
  for (let month = monthOf(first); month < end; month = nextMonth(month)) {
    if (!await findArchive(db, month)) return month;
  }
  return null;
}

/** Throws DomainError `audit.chain_broken`: a broken month is not archived as if it were whole. */
export async function checkMonth(
  deps: ArchiveDeps,
  month: string,
  run: VerifyRun,
): Promise<CheckedMonth> {
  const { db, provider } = deps;
  const keys = await platformKeys(provider);
  const isSigned = signatureCheck(provider, keys);
  const tags = await openAuditTags(provider);
  const given = await startBefore(db, month);
  const before = startOfMonth(nextMonth(month));
  const part: ChainPart = {
    ...given,
    after: new Date(startOfMonth(month).getTime() - 1),
    to: new Date(before.getTime() - 1),
    fault: null,
  };
  let keepUntil = new Date(before.getTime() + KEPT_DAYS_MIN * DAY_MS);
  const check = new ChainCheck(part.start, {
    fitsEvent: (event, form) => {
      const until = keptUntil(event);
      if (until > keepUntil) keepUntil = until;
      return tags.fitsForm(form, event.tag);
    },
    isSigned,
    anchors: new Map(),
  });
  const walk = await goAlong({ db, check, run, alsoCheck: () => Promise.resolve(null) }, part);
  if (walk !== null) {
    const why = walk === "stopped" ? "stopped" : faultText(walk);
    throw new DomainError("audit.chain_broken", `Cannot archive ${month}: ${why}`, { detail: why });
  }
  const signer = await openSigner(provider);
  const manifest: Manifest = {
    month,
    before,
    key: signer.fingerprint,
    events: check.links,
    end: {
      heads: check.heads,
      links: part.start.links === null ? null : part.start.links + check.links,
      checkpointNumber: check.checkpointNumber,
      checkpointDigest: check.checkpointDigest,
    },
  };
  const body = manifestText(manifest);
  const signature = await signer.sign(body);
  const end = { body, signature };
  return {
    month,
    manifest,
    body,
    signature,
    keepUntil,
    files: () => writePart({ db, keys }, part, end),
  };
}

function keptUntil({ kind, at }: AuditTables["audit_event"]): Date {
  const days = isAuditEventId(kind) ? AUDIT_EVENTS[kind].retentionDays : KEPT_DAYS_UNKNOWN;
  return new Date(at.getTime() + days * DAY_MS);
}

/** Where the month before left off. */
async function startBefore(
  db: Kysely<AuditTables>,
  month: string,
): Promise<Pick<ChainPart, "start" | "given">> {
  const previous = monthOf(new Date(startOfMonth(month).getTime() - 1));
  const row = await findArchive(db, previous);
  if (!row) return { start: GENESIS, given: null };
  const start: ChainStart | undefined = readManifest(row.body)?.end;
  if (!start) {
    throw new DomainError(
      "audit.chain_broken",
      `Cannot archive ${month}: manifest of ${previous}`,
      {
        detail: `${previous} 的归档清单读不懂`,
      },
    );
  }
  return { start, given: { kind: "archive", body: row.body, signature: row.signature } };
}

/** After the file was written and read again. */
export async function recordArchive(
  deps: ArchiveDeps,
  actor: Actor,
  { checked, fileDigest }: { readonly checked: CheckedMonth; readonly fileDigest: Uint8Array },
): Promise<void> {
  const { month, body, signature, keepUntil, manifest } = checked;
  await deps.db.transaction().execute(async (tx) => {
    await insertArchive(tx, {
      month,
      body,
      signature,
      events: manifest.events,
      file_digest: fileDigest,
      archived_at: deps.clock.now(),
      keep_until: keepUntil,
    });
    await deps.audit.record(tx, actor, [{
      kind: "audit.archived",
      result: "succeeded",
      objectId: month,
      fields: { rows: String(manifest.events), digest: fileDigest.toHex() },
    }]);
  });
}

export async function recordArchiveStarted(
  { db, audit }: ArchiveDeps,
  actor: Actor,
  before: string,
): Promise<void> {
  await db.transaction().execute((tx) =>
    audit.record(tx, actor, [{
      kind: "audit.archive_started",
      result: "succeeded",
      fields: { before },
    }])
  );
}
