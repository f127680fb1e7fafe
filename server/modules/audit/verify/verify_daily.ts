import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import { type Pause, pauseFor } from "../../../platform/pause.ts";
import { systemActor } from "../actor.ts";
import { openAuditTags } from "../chain/audit_tags.ts";
import { takeState } from "../chain/link_events.ts";
import { findState } from "../chain/store.ts";
import type { AuditWriter } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import { faultText } from "./fault.ts";
import { platformKeys } from "./known_keys.ts";
import { recordVerified, recordVerifyStarted } from "./record_verify.ts";
import type { VerifyReport } from "./report.ts";
import { findSystemVerification, type Verification } from "./store.ts";
import { verifyDatabase } from "./verify_database.ts";

export interface VerifyDailyDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly provider: SmProvider;
  readonly audit: AuditWriter;
  readonly stopping: AbortSignal;
  /** Digests of checkpoints by number, from outside of the database. */
  readonly readAnchors: () => Promise<ReadonlyMap<bigint, Uint8Array>>;
  readonly pause?: Pause;
}

const EVERY_MS = 24 * 3_600_000;
/** One that has not ended by then died with its process. */
const RUN_MS_MAX = 12 * 3_600_000;
/** After every page of a thousand: the service goes before. */
const PACE_MS = 100;
const ACTOR = systemActor("audit_verify");

/** The whole chain once a day, by one process of them all; null while it is not time. */
export async function verifyDaily(deps: VerifyDailyDeps): Promise<VerifyReport | null> {
  const { db, clock, log, provider, audit, stopping, pause = pauseFor } = deps;
  const tags = await openAuditTags(provider);
  const isOurs = await db.transaction().execute(async (tx) => {
    // The state's row is held, so that no two begin at once; a changed one is what a check finds.
    const state = await takeState(tx, tags, clock.now()).catch(() => findState(tx));
    if (!state || !isDue(await findSystemVerification(tx, since(clock.now())), clock.now())) {
      return false;
    }
    await recordVerifyStarted(audit, tx, ACTOR);
    return true;
  });
  if (!isOurs) return null;
  const keys = await platformKeys(provider);
  const report = await verifyDatabase({ db, clock, provider, tags, keys }, {
    from: null,
    to: null,
    anchors: await deps.readAnchors(),
    counterKey: null,
    signal: stopping,
    onProgress: () => {},
    pace: () => pause(PACE_MS, stopping),
  });
  await recordVerified(deps, ACTOR, report);
  const [fault] = report.faults;
  if (fault) log.error("Audit chain is broken", { kind: fault.kind, what: faultText(fault) });
  return report;
}

function since(now: Date): Date {
  return new Date(now.getTime() - EVERY_MS);
}

function isDue(last: Verification | null, now: Date): boolean {
  if (!last) return true;
  if (last.kind === "audit.verify_started") return now.getTime() - last.at.getTime() >= RUN_MS_MAX;
  return last.reason === "stopped";
}
