import type { Kysely } from "kysely";
import type { Metrics } from "../../platform/metrics.ts";
import { createChainer, linkAll, type LinkEventsDeps } from "./chain/link_events.ts";
import { makeCheckpoint } from "./chain/make_checkpoint.ts";
import { countUnlinked, findState } from "./chain/store.ts";
import { type AnchorFile, writeAnchors } from "./chain/write_anchors.ts";
import type { AuditTables } from "./tables.ts";

export interface AuditJobsDeps extends LinkEventsDeps {
  readonly db: Kysely<AuditTables>;
  readonly metrics: Metrics;
  /** Null where none is configured. */
  readonly anchors: AnchorFile | null;
}

/** What the worker does for the audit trail; any number of processes may. */
export interface AuditJobs {
  /** Links what was written since. */
  link(): Promise<void>;
  /** A checkpoint when it is time, anchors, figures. */
  sign(): Promise<void>;
}

export function createAuditJobs(deps: AuditJobsDeps): AuditJobs {
  const chainer = createChainer(deps);
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
  };
}

async function measure({ db, clock, metrics }: AuditJobsDeps): Promise<void> {
  const state = await findState(db);
  const now = clock.now().getTime();
  const unlinked = await countUnlinked(db, { since: state?.scanned_to ?? new Date(0) });
  const ageMs = state?.checkpoint_at ? now - state.checkpoint_at.getTime() : 0;
  metrics.set("yikatong_audit_unlinked_events", {}, unlinked);
  metrics.set("yikatong_audit_links", {}, Number(state?.links ?? 0n));
  metrics.set("yikatong_audit_checkpoint_age_seconds", {}, ageMs / 1_000);
}
