import type { Kysely } from "kysely";
import { publicKeyToPem } from "../../../../crypto/keys.ts";
import type { SmProvider } from "../../../../crypto/provider.ts";
import { signatureToDer } from "../../../../crypto/sm2_codec.ts";
import { DomainError } from "../../../platform/errors.ts";
import { type CheckpointRow, findCheckpointBefore, listBreaks } from "../chain/store.ts";
import {
  type AuditRange,
  breakLine,
  BREAKS_FILE,
  checkpointLine,
  CHECKPOINTS_FILE,
  LAST_CHECKPOINT_FILE,
  linkLine,
  linksFileOf,
  MANIFEST_FILE,
  RANGE_FILE,
} from "../pack_format.ts";
import type { AuditTables } from "../tables.ts";
import { openAuditTags } from "../chain/audit_tags.ts";
import { findDroppedMonths } from "../verify/dropped_months.ts";
import { type ChainPart, findPart } from "../verify/chain_part.ts";
import type { PartFollower } from "../verify/check_on_the_way.ts";
import { type KnownKeys, platformKeys, signatureCheck } from "../verify/known_keys.ts";
import { checkpointPages, type LinkedEvent, linkPages } from "../verify/pages.ts";
import { listCountersignatures } from "../verify/store.ts";

export interface AuditPartDeps {
  readonly db: Kysely<AuditTables>;
  readonly provider: SmProvider;
  /** Who sees what is written. */
  readonly follower?: PartFollower;
}

export interface AuditPartRange {
  /** From the last full checkpoint before it; null for all there is. */
  readonly from: Date | null;
  /** Up to the first checkpoint after it; null for the last checkpoint. */
  readonly to: Date | null;
}

/** A file of the folder that pack_format.ts describes. */
export interface PartFile {
  readonly name: string;
  /** Read to its end before the next file is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The audit trail of a time as files, streamed; the same for the same trail. Throws DomainError
 * `audit.no_checkpoint` where nothing is signed yet.
 */
export async function* writeAuditPart(
  deps: AuditPartDeps,
  wanted: AuditPartRange,
): AsyncGenerator<PartFile> {
  const { db, provider } = deps;
  const keys = await platformKeys(provider);
  const isSigned = signatureCheck(provider, keys);
  const tags = await openAuditTags(provider);
  const { archives: dropped, fault: forged } = await findDroppedMonths({ db, isSigned, tags });
  const found = await findPart({ db, isSigned, dropped }, wanted);
  const last = await lastCheckpoint(db, found);
  if (!last) {
    throw new DomainError(
      "audit.no_checkpoint",
      "Cannot export the audit trail: nothing is signed",
    );
  }
  deps.follower?.begin(found, forged);
  yield* writePart({ ...deps, keys }, { ...found, to: last.at }, null);
}

/** A part that is known already; with the signed end of an archive it need not end at a checkpoint. */
export async function* writePart(
  deps: Pick<AuditPartDeps, "db" | "follower"> & { readonly keys: KnownKeys },
  part: ChainPart,
  archive: ArchiveEnd | null,
): AsyncGenerator<PartFile> {
  const { db, keys } = deps;
  const last = await lastCheckpoint(db, part);
  const end = archive?.manifest ?? null;
  const range = rangeOf(part, { last, end });
  yield textFile(RANGE_FILE, `${JSON.stringify(range, null, 2)}\n`);
  yield* linkFiles(deps, part);
  yield { name: CHECKPOINTS_FILE, content: checkpointContent(db, part) };
  const told = archive?.breaks ?? await breaksIn(db, part);
  if (told.length > 0) yield textFile(BREAKS_FILE, `${told.map(breakLine).join("\n")}\n`);
  let at = 0;
  for (const key of keys.values()) yield textFile(`public-key-${++at}.pem`, publicKeyToPem(key));
  if (last) yield* signedText(LAST_CHECKPOINT_FILE, last);
  if (end) yield* signedText(MANIFEST_FILE, end);
}

async function breaksIn(
  db: Kysely<AuditTables>,
  { after, to }: ChainPart,
): Promise<readonly AuditTables["audit_break"][]> {
  return (await listBreaks(db)).filter(({ at }) => at > after && at <= to);
}

/** What an archive says of itself. */
interface ArchiveEnd {
  readonly manifest: SignedText;
  /** Those of its time, and the one behind it that answers for a fault in it. */
  readonly breaks: readonly AuditTables["audit_break"][];
}

interface SignedText {
  readonly body: string;
  readonly signature: Uint8Array;
}

function* signedText(name: string, { body, signature }: SignedText): Generator<PartFile> {
  yield textFile(name, body);
  yield { name: name.replace(/txt$/, "sig"), content: only(signatureToDer(signature)) };
}

async function lastCheckpoint(
  db: Kysely<AuditTables>,
  { after, to }: ChainPart,
): Promise<CheckpointRow | null> {
  const last = await findCheckpointBefore(db, new Date(to.getTime() + 1));
  return last && last.at > after ? last : null;
}

function rangeOf(
  { given, after, to, start }: ChainPart,
  { last, end }: { readonly last: CheckpointRow | null; readonly end: SignedText | null },
): AuditRange {
  return {
    form: "yikatong-audit 1",
    after: after.toISOString(),
    to: to.toISOString(),
    start: given && { ...given, signature: given.signature.toHex() },
    end: end && { ...end, signature: end.signature.toHex() },
    lastCheckpoint: String(last?.number ?? start.checkpointNumber),
    lastCheckpointDigest: (last?.digest ?? start.checkpointDigest).toHex(),
  };
}

/** A file a day; the reader takes each to its end before it asks for the next. */
async function* linkFiles(
  { db, follower }: Pick<AuditPartDeps, "db" | "follower">,
  part: ChainPart,
): AsyncGenerator<PartFile> {
  const pages = linkPages(db, part);
  let rest: readonly LinkedEvent[] = [];
  const refill = async () => {
    if (rest.length > 0) return;
    const next = await pages.next();
    rest = next.done ? [] : next.value;
    if (rest.length > 0) await follower?.take(rest);
  };
  async function* day(name: string): AsyncGenerator<Uint8Array> {
    for (await refill(); rest.length > 0; await refill()) {
      const end = endOfDay(rest, name);
      const now = rest.slice(0, end);
      rest = rest.slice(end);
      if (now.length > 0) yield encode(now.map(lineOf));
      if (rest.length > 0) return;
    }
  }
  for (await refill(); rest[0]; await refill()) {
    const name = linksFileOf(rest[0].link.at);
    yield { name, content: day(name) };
  }
}

/** How many of the first links are of this file's day. */
function endOfDay(links: readonly LinkedEvent[], name: string): number {
  const last = links.at(-1);
  if (last && linksFileOf(last.link.at) === name) return links.length;
  return links.findIndex(({ link }) => linksFileOf(link.at) !== name);
}

function lineOf({ link, event }: LinkedEvent): string {
  return linkLine(link, event);
}

async function* checkpointContent(
  db: Kysely<AuditTables>,
  part: ChainPart,
): AsyncGenerator<Uint8Array> {
  for await (const page of checkpointPages(db, part)) {
    const signed = await listCountersignatures(db, page.map(({ number }) => number));
    yield encode(
      page.map((row) =>
        checkpointLine(row, signed.filter((given) => given.checkpoint_number === row.number))
      ),
    );
  }
}

function encode(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}

function textFile(name: string, text: string): PartFile {
  return { name, content: only(new TextEncoder().encode(text)) };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
