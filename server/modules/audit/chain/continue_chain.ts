import type { Kysely, Transaction } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Actor } from "../actor.ts";
import type { AuditWriter } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import { faultText } from "../verify/fault.ts";
import { platformKeys } from "../verify/known_keys.ts";
import type { VerifyRun } from "../verify/report.ts";
import { verifyDatabase } from "../verify/verify_database.ts";
import { type AuditTags, type HeadRow, openAuditTags } from "./audit_tags.ts";
import { breakText, type ChainBreak } from "./chain_break.ts";
import { BEFORE_FIRST, type Head } from "./link.ts";
import { openSigner } from "./make_checkpoint.ts";
import {
  type CheckpointRow,
  deleteHead,
  findLastBreakNumber,
  findLastCheckpoint,
  holdState,
  insertBreak,
  insertHead,
  lastLinks,
  listHeads,
  replaceState,
} from "./store.ts";

export interface ContinueChainDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
  readonly audit: AuditWriter;
}

export interface ContinueChain {
  /** Whose head is taken from its last link; null for every one that was changed. */
  readonly stream: string | null;
  readonly reason: string;
}

/**
 * Goes on behind a fault: heads and state are written anew from the links that are there, and what
 * was found, why and by whom is signed. Nothing is mended: every later check names the break and
 * what is wrong before it. Run by the tables' owner. Throws DomainError `audit.not_broken`,
 * `audit.head_changed` where another stream's head was changed too.
 */
export async function continueChain(
  deps: ContinueChainDeps,
  actor: Actor,
  { stream, reason, signal, onProgress }: ContinueChain & VerifyRun,
): Promise<ChainBreak> {
  const { db, clock, provider, audit } = deps;
  const tags = await openAuditTags(provider);
  const keys = await platformKeys(provider);
  const { faults: [, ...others], faults: [first], verdict } = await verifyDatabase(
    { db, clock, provider, tags, keys },
    { from: null, to: null, anchors: new Map(), counterKey: null, signal, onProgress },
  );
  if (signal.aborted || verdict === "stopped") {
    throw new DomainError("audit.stopped", "Cannot continue the chain: the check was stopped");
  }
  // The last one is where the chain stands now; earlier ones may have their break already.
  const fault = others.at(-1) ?? first;
  if (!fault || fault.kind === "continued") {
    throw new DomainError("audit.not_broken", "Cannot continue a chain that is whole");
  }
  const found = faultText(fault);
  return await db.transaction().execute(async (tx) => {
    await holdState(tx);
    const heads = await headsAnew(tx, tags, stream);
    const last = await findLastCheckpoint(tx);
    const signer = await openSigner(provider);
    const broken: ChainBreak = {
      number: await findLastBreakNumber(tx) + 1n,
      at: laterThanAll(clock.now(), heads, last),
      key: signer.fingerprint,
      by: actor.name,
      reason,
      found,
      start: {
        heads,
        links: [...heads.values()].reduce((sum, { n }) => sum + n, 0n),
        checkpointNumber: last?.number ?? 0n,
        checkpointDigest: last?.digest ?? BEFORE_FIRST.digest,
      },
    };
    const body = breakText(broken);
    const { number, at } = broken;
    await insertBreak(tx, { number, at, body, signature: await signer.sign(body) });
    await writeState(tx, tags, { broken, last, now: clock.now() });
    await audit.record(tx, actor, [{
      kind: "audit.chain_continued",
      result: "succeeded",
      objectId: String(number),
      fields: { stream: stream ?? "all", reason, found },
    }]);
    return broken;
  });
}

interface StandingHead extends Head {
  readonly at: Date;
}

async function headsAnew(
  tx: Transaction<AuditTables>,
  tags: AuditTags,
  stream: string | null,
): Promise<ReadonlyMap<string, StandingHead>> {
  const rows = new Map((await listHeads(tx)).map((row) => [row.stream_id, row]));
  const links = new Map((await lastLinks(tx)).map((link) => [link.stream_id, link]));
  const heads = new Map<string, StandingHead>();
  for (const id of new Set([...rows.keys(), ...links.keys()])) {
    const row = rows.get(id);
    const link = links.get(id);
    const isGood = row !== undefined && await tags.fitsHead(row) && (!link || isOf(row, link));
    if (isGood) heads.set(id, row);
    if (isGood) continue;
    if (stream !== null && stream !== id) {
      throw new DomainError("audit.head_changed", `Cannot continue: stream "${id}" is broken too`, {
        detail: id,
      });
    }
    if (row) await deleteHead(tx, id);
    if (!link) continue;
    const head = { stream_id: id, at: link.at, n: link.n, digest: link.digest };
    await insertHead(tx, { ...head, tag: await tags.headTag(head) });
    heads.set(id, link);
  }
  return heads;
}

function isOf(row: HeadRow, link: Head): boolean {
  return row.n === link.n && row.digest.toHex() === link.digest.toHex();
}

function laterThanAll(
  now: Date,
  heads: ReadonlyMap<string, StandingHead>,
  last: CheckpointRow | null,
): Date {
  const times = [...heads.values()].map(({ at }) => at.getTime());
  const most = times.reduce((left, right) => Math.max(left, right), last?.at.getTime() ?? 0);
  return new Date(Math.max(now.getTime(), most + 1));
}

async function writeState(
  tx: Transaction<AuditTables>,
  tags: AuditTags,
  { broken, last, now }: {
    readonly broken: ChainBreak;
    readonly last: CheckpointRow | null;
    readonly now: Date;
  },
): Promise<void> {
  const state = {
    id: 1,
    at: broken.at,
    links: broken.start.links ?? 0n,
    checkpoint_number: broken.start.checkpointNumber,
    checkpoint_digest: broken.start.checkpointDigest,
    checkpoint_at: last?.at ?? null,
    checkpoint_links: broken.start.links ?? 0n,
    // Whatever was left out while a stream stood is looked for.
    scanned_to: new Date(0),
    swept_at: now,
  };
  await replaceState(tx, { ...state, tag: await tags.stateTag(state) });
}
