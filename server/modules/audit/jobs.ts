import type { Kysely } from "kysely";
import type { Metrics } from "../../platform/metrics.ts";
import { createChainer, linkAll, type LinkEventsDeps } from "./chain/link_events.ts";
import { makeCheckpoint } from "./chain/make_checkpoint.ts";
import { countUnlinked, findState } from "./chain/store.ts";
import { type AnchorFile, writeAnchors } from "./chain/write_anchors.ts";
import { findSystemVerification } from "./verify/store.ts";
import { sweepExports } from "./viewer/export/sweep_exports.ts";
import type { AuditExportTables } from "./viewer/export/tables.ts";
import { workOnRuns } from "./verify_runs/work_on_runs.ts";
import type { VerifyRunTables } from "./verify_runs/tables.ts";
import { verifyDaily } from "./verify/verify_daily.ts";
import type { AuditTables } from "./tables.ts";

const LOOKED_BACK_MS = 7 * 24 * 3_600_000;

export interface AuditJobsDeps extends LinkEventsDeps {
  readonly db: Kysely<AuditTables & AuditExportTables & VerifyRunTables>;
  readonly metrics: Metrics;
  /** Null where none is configured. */
  readonly anchors: AnchorFile | null;
  readonly stopping: AbortSignal;
}

/** What the worker does for the audit trail; any number of processes may. */
export interface AuditJobs {
  /** Links what was written since. */
  link(): Promise<void>;
  /** A checkpoint when it is time, anchors, figures. */
  sign(): Promise<void>;
  /** The whole chain once a day. */
  verify(): Promise<void>;
  /** Checks that were asked for in the console, one a round. */
  verifyAsked(): Promise<void>;
  /** Ends exports that nobody writes or fetches any more. */
  sweep(): Promise<void>;
}

export function createAuditJobs(deps: AuditJobsDeps): AuditJobs {
  const chainer = createChainer(deps);
  const readAnchors = () => deps.anchors?.digests() ?? Promise.resolve(new Map());
  return {
    link: async () => void await linkAll(chainer),
    async sign() {
      try {
        await makeCheckpoint(deps);
        await writeAnchors(deps);
      } finally {
        await measure(deps);
      }
    },
    verify: async () => void await verifyDaily({ ...deps, readAnchors }),
    sweep: () => sweepExports(deps),
    verifyAsked: () => workOnRuns({ ...deps, readAnchors }),
  };
}

/** Of the daily check, whichever process did it; 0 and a growing age where none is known. */
async function measureVerification(
  { db, metrics }: Pick<AuditJobsDeps, "db" | "metrics">,
  now: number,
): Promise<void> {
  const since = new Date(now - LOOKED_BACK_MS);
  const last = await findSystemVerification(db, since, ["audit.verified"]);
  metrics.set("yikatong_audit_chain_intact", {}, last?.result === "succeeded" ? 1 : 0);
  const ageMs = last ? now - last.at.getTime() : LOOKED_BACK_MS;
  metrics.set("yikatong_audit_verify_age_seconds", {}, ageMs / 1_000);
}

async function measure({ db, clock, metrics }: AuditJobsDeps): Promise<void> {
  const state = await findState(db);
  const now = clock.now().getTime();
  const unlinked = await countUnlinked(db, { since: state?.scanned_to ?? new Date(0) });
  const ageMs = state?.checkpoint_at ? now - state.checkpoint_at.getTime() : 0;
  metrics.set("yikatong_audit_unlinked_events", {}, unlinked);
  metrics.set("yikatong_audit_links", {}, Number(state?.links ?? 0n));
  metrics.set("yikatong_audit_checkpoint_age_seconds", {}, ageMs / 1_000);
  await measureVerification({ db, metrics }, now);
}
