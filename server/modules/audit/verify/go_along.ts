import type { Kysely } from "kysely";
import type { CheckpointRow } from "../chain/store.ts";
import type { AuditTables } from "../tables.ts";
import type { ChainCheck } from "./chain_check.ts";
import type { ChainPart } from "./chain_part.ts";
import type { Fault } from "./fault.ts";
import { checkpointPages, type LinkedEvent, linkPages } from "./pages.ts";
import type { VerifyRun } from "./report.ts";

export interface Walk {
  readonly db: Kysely<AuditTables>;
  readonly check: ChainCheck;
  /** Of every checkpoint, after the chain's own check. */
  readonly alsoCheck: (row: CheckpointRow) => Promise<Fault | null>;
  readonly run: VerifyRun;
}

/** Links and checkpoints in the order they were made; null at the end. */
export async function goAlong(
  { db, check, alsoCheck, run }: Walk,
  part: ChainPart,
): Promise<Fault | "stopped" | null> {
  const checkpoints = flatten(checkpointPages(db, part));
  let next = await checkpoints.next();
  const checkpointsUpTo = async (at: Date): Promise<Fault | null> => {
    for (; !next.done && next.value.at < at; next = await checkpoints.next()) {
      const fault = await check.checkCheckpoint(next.value) ?? await alsoCheck(next.value);
      if (fault) return fault;
    }
    return null;
  };
  for await (const page of linkPages(db, part)) {
    for (const linked of page) {
      const fault = await checkpointsUpTo(linked.link.at) ?? await checkOne(check, linked);
      if (fault) return fault;
    }
    run.onProgress(check.links);
    if (run.signal.aborted) return "stopped";
  }
  return await checkpointsUpTo(new Date(part.to.getTime() + 1));
}

function checkOne(check: ChainCheck, { link, event }: LinkedEvent): Promise<Fault | null> {
  return check.checkLink(link, event);
}

async function* flatten(
  pages: AsyncIterable<readonly CheckpointRow[]>,
): AsyncGenerator<CheckpointRow, undefined> {
  for await (const page of pages) yield* page;
  return undefined;
}
