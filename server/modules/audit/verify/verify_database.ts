import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { AuditTags, HeadRow, StateRow } from "../chain/audit_tags.ts";
import { sameBytes } from "../chain/link.ts";
import { findState, listHeads } from "../chain/store.ts";
import type { AuditTables } from "../tables.ts";
import { ChainCheck, type CheckTools, wholeFault } from "./chain_check.ts";
import { countersignatureCheck } from "./countersignatures.ts";
import { unlinkedFault } from "./find_unlinked_events.ts";
import type { Fault } from "./fault.ts";
import { type KnownKeys, signatureCheck } from "./known_keys.ts";
import { goAlong } from "./go_along.ts";
import { reportOf, type VerifyReport, type VerifyRun } from "./report.ts";
import { goAlongBroken } from "./go_along_broken.ts";
import { AFTER_ALL, type ChainPart, findPart } from "./chain_part.ts";
import { findDroppedMonths } from "./dropped_months.ts";

export interface VerifyDatabaseDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
  /** Null to leave tags alone. */
  readonly tags: AuditTags | null;
  /** Leaves the tags of events alone that have links, which show every change as well. */
  readonly linksOnly?: boolean;
  readonly keys: KnownKeys;
}

export interface VerifyDatabaseOptions extends VerifyRun {
  /** From the last full checkpoint before it; from the beginning when absent. */
  readonly from: Date | null;
  /** Up to the first checkpoint after it; up to now when absent. */
  readonly to: Date | null;
  readonly anchors: ReadonlyMap<bigint, Uint8Array>;
  /** Of the second organisation, 65 bytes. */
  readonly counterKey: Uint8Array | null;
}

/** Recomputes tags, links and signatures; constant memory, the database is only read. */
export async function verifyDatabase(
  deps: VerifyDatabaseDeps,
  options: VerifyDatabaseOptions,
): Promise<VerifyReport> {
  const { db } = deps;
  const isSigned = signatureCheck(deps.provider, deps.keys);
  const { archives: dropped, fault: forged } = await findDroppedMonths({ ...deps, isSigned });
  const found = await findPart({ db, isSigned, dropped }, options);
  const tools = {
    fitsForm: formTagCheck(deps),
    isSigned,
    anchors: options.anchors,
  };
  const counter = countersignatureCheck(deps, options.counterKey);
  const ending = options.to === null ? await readEnding(db) : null;
  const whole = ending?.state ? { ...found, to: ending.state.at } : found;
  const { part, ...earlier } = await goAlongBroken(
    { db, tools, alsoCheck: counter.check, run: options },
    whole,
  );
  const check = new ChainCheck(part.start, tools);
  const walk = found.fault ??
    await goAlong({ db, check, alsoCheck: counter.check, run: options }, part);
  const tail = walk ?? (ending && await checkEnding({ deps, check, part, options, ending }));
  const waiting = tail ? { fault: null, waiting: 0 } : await unlinkedFault(deps, {
    after: whole.after,
    to: options.to === null ? AFTER_ALL : part.to,
  });
  const tagsChecked = deps.tags !== null && !deps.linksOnly;
  const end = { forged, earlier, tail, waiting, countersigned: counter.count(), tagsChecked };
  return reportOf(check, end);
}

export function formTagCheck(
  { tags, linksOnly }: Pick<VerifyDatabaseDeps, "tags" | "linksOnly">,
): CheckTools["fitsForm"] {
  return tags && !linksOnly ? tags.fitsForm : null;
}

/** What says how far the chain is, beside the chain itself. */
interface Ending {
  readonly state: StateRow | null;
  readonly heads: readonly HeadRow[];
}

/** Of one instant, so that a chain which grows meanwhile is no fault. */
async function readEnding(db: Kysely<AuditTables>): Promise<Ending> {
  return await db.transaction().setIsolationLevel("repeatable read").execute(async (tx) => ({
    state: await findState(tx),
    heads: await listHeads(tx),
  }));
}

async function checkEnding({ deps, check, part, options, ending }: {
  readonly deps: VerifyDatabaseDeps;
  readonly check: ChainCheck;
  readonly part: ChainPart;
  readonly options: VerifyDatabaseOptions;
  readonly ending: Ending;
}): Promise<Fault | null> {
  return await headsFault(deps.tags, check, ending.heads) ??
    await stateFault({ tags: deps.tags, check, part, state: ending.state }) ??
    anchorFault(check, options.anchors);
}

async function headsFault(
  tags: AuditTags | null,
  check: ChainCheck,
  heads: readonly HeadRow[],
): Promise<Fault | null> {
  const left = new Map(check.heads);
  for (const head of heads) {
    const { stream_id: stream, n, at } = head;
    const seen = left.get(stream);
    left.delete(stream);
    if (tags && !await tags.fitsHead(head)) {
      return wholeFault("head_changed", "这条流的链头不是平台写的", { stream, n, at });
    }
    if (!seen || seen.n < n) {
      const last = seen?.n ?? 0n;
      const what = `链头记着到第 ${n} 条，链上只到第 ${last} 条`;
      return wholeFault("tail_missing", what, { stream, n: last + 1n });
    }
    if (seen.n > n) {
      const what = `链头只到第 ${n} 条，后面的是插入的，或链头被换成旧的`;
      return wholeFault("inserted", what, { stream, n: n + 1n });
    }
    if (!sameBytes(seen.digest, head.digest)) {
      return wholeFault("content_changed", "最后一条与链头不符", { stream, n });
    }
  }
  for (const [stream, { n }] of left) {
    return wholeFault("head_changed", "这条流的链头被删除", { stream, n });
  }
  return null;
}

async function stateFault({ tags, check, part, state }: {
  readonly tags: AuditTags | null;
  readonly check: ChainCheck;
  readonly part: ChainPart;
  readonly state: StateRow | null;
}): Promise<Fault | null> {
  if (!state) {
    if (check.links === 0n) return null;
    return wholeFault("head_changed", "审计链的状态行（audit_chain_state）被删除");
  }
  if (tags && !await tags.fitsState(state)) {
    return wholeFault("head_changed", "审计链的状态行（audit_chain_state）不是平台写的");
  }
  const { checkpoint_number: number, checkpoint_digest, links } = state;
  if (check.checkpointNumber < number) {
    const what = `状态行记着到第 ${number} 号检查点，表里只到第 ${check.checkpointNumber} 号`;
    return wholeFault("tail_missing", what, { n: check.checkpointNumber + 1n });
  }
  if (check.checkpointNumber > number || !sameBytes(checkpoint_digest, check.checkpointDigest)) {
    return wholeFault("checkpoint_forged", "最后的检查点不是状态行记着的", {
      n: check.checkpointNumber,
    });
  }
  const { links: before } = part.start;
  if (before === null || before + check.links === links) return null;
  const what = `状态行记着共 ${links} 条链接，链上有 ${before + check.links} 条`;
  return wholeFault("tail_missing", what);
}

function anchorFault(check: ChainCheck, anchors: ReadonlyMap<bigint, Uint8Array>): Fault | null {
  const last = [...anchors.keys()].reduce((most, number) => number > most ? number : most, 0n);
  if (last <= check.checkpointNumber) return null;
  const what = `锚文件记着到第 ${last} 号检查点，数据库里只到第 ${check.checkpointNumber} 号：` +
    "之后的记录被整体删除，或数据库被恢复成旧的";
  return wholeFault("tail_missing", what, { n: check.checkpointNumber + 1n });
}
