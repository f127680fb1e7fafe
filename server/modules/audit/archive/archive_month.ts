import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Actor } from "../actor.ts";
import { openAuditTags } from "../chain/audit_tags.ts";
import { digestOfText } from "../chain/checkpoint.ts";
import { openSigner } from "../chain/make_checkpoint.ts";
import { listBreaks } from "../chain/store.ts";
import { type PartFile, writePart } from "../pack/write_audit_part.ts";
import type { AuditWriter } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import { type ChainStart, type CheckTools, GENESIS } from "../verify/chain_check.ts";
import type { ChainPart } from "../verify/chain_part.ts";
import { CoveredCheck, signedBreaks } from "../verify/covered_check.ts";
import { type Fault, faultText } from "../verify/fault.ts";
import { platformKeys, signatureCheck } from "../verify/known_keys.ts";
import { goAlong } from "../verify/go_along.ts";
import type { VerifyRun } from "../verify/report.ts";
import { type Manifest, manifestText, readManifest } from "./manifest.ts";
import { monthOf, nextMonth, startOfMonth } from "./month.ts";
import { keptUntil, type PolicyDays } from "./retention.ts";
import { findArchive, firstLinkAt, insertArchive, lastOfEachKind } from "./store.ts";

export interface ArchiveDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
  readonly audit: AuditWriter;
  readonly policyDays: PolicyDays;
}

export interface ArchiveRun extends VerifyRun {
  /** Also of a month with faults that a signed break answers for. */
  readonly withBreaks: boolean;
}

/** A month that is ready to be written: checked from its first link to its last. */
export interface CheckedMonth {
  readonly month: string;
  readonly manifest: Manifest;
  readonly body: string;
  readonly signature: Uint8Array;
  /** Every event in it has been kept long enough then. */
  readonly keepUntil: Date;
  /** Named in the manifest; none of a whole month. */
  readonly faults: readonly Fault[];
  readonly files: () => AsyncIterable<PartFile>;
}

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

/**
 * A broken month is not archived as if it were whole: DomainError `audit.chain_broken`, or
 * `audit.break_named` where a signed break answers for what is wrong and `withBreaks` was not said.
 * With it the month is archived, and its manifest names all of that.
 */
export async function checkMonth(
  deps: ArchiveDeps,
  month: string,
  run: ArchiveRun,
): Promise<CheckedMonth> {
  const { db, provider } = deps;
  const keys = await platformKeys(provider);
  const isSigned = signatureCheck(provider, keys);
  const part = await partOf(db, month);
  const walked = await walkMonth({ ...deps, isSigned }, part, run);
  const { check, faults, breaks } = walked;
  if (faults.length > 0 && !run.withBreaks) throw notAsked(month, faults);
  const signer = await openSigner(provider);
  const before = startOfMonth(nextMonth(month));
  const { end } = check;
  const manifest: Manifest = {
    month,
    before,
    key: signer.fingerprint,
    events: check.links,
    end: {
      heads: end.heads,
      links: part.start.links === null ? null : part.start.links + check.links,
      checkpointNumber: end.checkpointNumber,
      checkpointDigest: end.checkpointDigest,
    },
    faults: faults.map(faultText),
    breaks: breaks.map(({ number, body }) => ({ number, digest: digestOfText(body).toHex() })),
  };
  const body = manifestText(manifest);
  const signature = await signer.sign(body);
  const last = await lastOfEachKind(db, { from: startOfMonth(month), to: before });
  return {
    month,
    manifest,
    body,
    signature,
    keepUntil: keptUntil(last, { before, policyDays: await deps.policyDays() }),
    faults,
    files: () => writePart({ db, keys }, part, { manifest: { body, signature }, breaks }),
  };
}

async function partOf(db: Kysely<AuditTables>, month: string): Promise<ChainPart> {
  return {
    ...await startBefore(db, month),
    after: new Date(startOfMonth(month).getTime() - 1),
    to: new Date(startOfMonth(nextMonth(month)).getTime() - 1),
    fault: null,
  };
}

interface WalkedMonth {
  readonly check: CoveredCheck;
  readonly faults: readonly Fault[];
  readonly breaks: readonly AuditTables["audit_break"][];
}

async function walkMonth(
  { db, provider, isSigned }: ArchiveDeps & Pick<CheckTools, "isSigned">,
  part: ChainPart,
  run: VerifyRun,
): Promise<WalkedMonth> {
  const tags = await openAuditTags(provider);
  const rows = (await listBreaks(db)).filter(({ at }) => at > part.after);
  const signed = await signedBreaks(rows, isSigned);
  const tools = { fitsForm: tags.fitsForm, isSigned, anchors: new Map<bigint, Uint8Array>() };
  const check = new CoveredCheck(part.start, tools, signed.breaks);
  const fault = await goAlong({ db, check, run, alsoCheck: () => Promise.resolve(null) }, part);
  if (fault === "stopped") throw new DomainError("audit.stopped", "Cannot archive: it was stopped");
  if (fault !== null) throw brokenMonth(faultText(fault));
  check.passBreaks(new Date(part.to.getTime() + 1));
  const faults = [...signed.faults, ...check.named];
  const inside = rows.filter(({ at }) => at <= part.to);
  const [answering] = rows.filter(({ at }) => at > part.to);
  const isCovered = faults.at(-1)?.kind === "continued" || faults.length === 0;
  return { check, faults, breaks: isCovered || !answering ? inside : [...inside, answering] };
}

function brokenMonth(why: string): DomainError {
  return new DomainError("audit.chain_broken", `Cannot archive a month: ${why}`, { detail: why });
}

function notAsked(month: string, faults: readonly Fault[]): DomainError {
  const detail = faults.map(faultText).join("\n");
  return new DomainError("audit.break_named", `Cannot archive ${month}: it has a named break`, {
    detail,
  });
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

/** An archive that was begun and is none: what it leaves, its month is told again by the next run. */
export async function recordArchiveFailed(
  { db, audit }: ArchiveDeps,
  actor: Actor,
  { month, reason }: { readonly month: string; readonly reason: "failed" | "interrupted" },
): Promise<void> {
  await db.transaction().execute((tx) =>
    audit.record(tx, actor, [{
      kind: "audit.archived",
      result: "failed",
      reason,
      objectId: month,
      fields: { rows: "0", digest: null },
    }])
  );
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
