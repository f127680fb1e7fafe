import type { Kysely } from "kysely";
import { Rubbish } from "../../../platform/rubbish.ts";
import type { CheckpointRow } from "../chain/store.ts";
import type { AuditTables } from "../tables.ts";
import type { ChainPart } from "./chain_part.ts";
import type { LinkCheck } from "./covered_check.ts";
import type { Fault } from "./fault.ts";
import { checkpointPages, type LinkedEvent, linkPages } from "./pages.ts";
import type { VerifyRun } from "./report.ts";

/** More than exports may keep: a check hands nothing to anybody, and is to be quick. */
const RUBBISH_BYTES_MAX = 64 << 20;

export interface WalkDeps {
  readonly db: Kysely<AuditTables>;
  readonly check: LinkCheck;
  /** Of every checkpoint, after the chain's own check. */
  readonly alsoCheck: (row: CheckpointRow) => Promise<Fault | null>;
}

export interface Walk extends WalkDeps {
  readonly run: VerifyRun;
}

/** Links in the order they were made; null at the end. */
export async function goAlong(walk: Walk, part: ChainPart): Promise<Fault | "stopped" | null> {
  const { db, check, run } = walk;
  const steps = beginSteps(walk, part);
  for await (const page of linkPages(db, part, new Rubbish(RUBBISH_BYTES_MAX))) {
    const fault = await steps.take(page);
    if (fault) return fault;
    run.onProgress(check.links);
    if (run.signal.aborted) return "stopped";
    await run.pace?.();
  }
  return await steps.end();
}

/** A check that is given its links by whoever reads them; checkpoints it reads itself. */
export interface Steps {
  /** In the order of linking. After a fault nothing may be given any more. */
  take(page: readonly LinkedEvent[]): Promise<Fault | null>;
  end(): Promise<Fault | null>;
}

export function beginSteps({ db, check, alsoCheck }: WalkDeps, part: ChainPart): Steps {
  const checkpoints = flatten(checkpointPages(db, part));
  let next: IteratorResult<CheckpointRow, undefined> | null = null;
  const isDue = (at: Date) => next === null || (!next.done && next.value.at < at);
  const checkpointsUpTo = async (at: Date): Promise<Fault | null> => {
    next ??= await checkpoints.next();
    for (; !next.done && next.value.at < at; next = await checkpoints.next()) {
      const fault = await check.checkCheckpoint(next.value) ?? await alsoCheck(next.value);
      if (fault) return fault;
    }
    return null;
  };
  return {
    async take(page) {
      for (const { link, event } of page) {
        const fault = (isDue(link.at) ? await checkpointsUpTo(link.at) : null) ??
          await check.checkLink(link, event);
        if (fault) return fault;
      }
      return null;
    },
    end: () => checkpointsUpTo(new Date(part.to.getTime() + 1)),
  };
}

async function* flatten(
  pages: AsyncIterable<readonly CheckpointRow[]>,
): AsyncGenerator<CheckpointRow, undefined> {
  for await (const page of pages) yield* page;
  return undefined;
}
