import type { SmProvider } from "../../../../crypto/provider.ts";
import { reasonOf } from "../../../platform/errors.ts";
import type { Log } from "../../../platform/log.ts";
import { type Pause, pauseFor } from "../../../platform/pause.ts";
import { openAuditTags } from "../chain/audit_tags.ts";
import { faultText } from "../verify/fault.ts";
import { platformKeys } from "../verify/known_keys.ts";
import type { VerifyReport } from "../verify/report.ts";
import { verifyDatabase } from "../verify/verify_database.ts";
import { RUN_FAULTS_MAX } from "./contract.ts";
import { endEvent } from "./end_event.ts";
import { requesterOf, type VerifyRunsDeps } from "./start_run.ts";
import { claimRun, endRun, findSilentRun, moveRun, type VerifyRunRow } from "./store.ts";

export interface WorkOnRunsDeps extends VerifyRunsDeps {
  readonly log: Log;
  readonly provider: SmProvider;
  readonly stopping: AbortSignal;
  /** Digests of checkpoints by number, from outside of the database. */
  readonly readAnchors: () => Promise<ReadonlyMap<bigint, Uint8Array>>;
  readonly pause?: Pause;
}

/** After so long without a word the process that checked is gone; a page takes seconds at most. */
const SILENT_MS_MAX = 2 * 60_000;
/** Progress is written down so often, and a cancel found out. */
const PAGES_A_MOVE = 5;
/** After every page of a thousand: the service goes before. */
const PACE_MS = 20;

/** One round of a worker: what died is ended, and at most one check is done. */
export async function workOnRuns(deps: WorkOnRunsDeps): Promise<void> {
  await endSilentRun(deps);
  const row = await deps.db.transaction().execute((tx) => claimRun(tx, deps.clock.now()));
  if (!row) return;
  try {
    await check(deps, row);
  } catch (thrown) {
    deps.log.error("Check of the audit chain failed", { run: row.id, why: reasonOf(thrown) });
    await end(deps, row, { state: "failed" });
  }
}

async function endSilentRun(deps: WorkOnRunsDeps): Promise<void> {
  const silentSince = new Date(deps.clock.now().getTime() - SILENT_MS_MAX);
  const silent = await findSilentRun(deps.db, silentSince);
  if (silent) await end(deps, silent, { state: "interrupted", silentSince });
}

async function check(deps: WorkOnRunsDeps, row: VerifyRunRow): Promise<void> {
  const { db, clock, provider, stopping, pause = pauseFor } = deps;
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, stopping]);
  const tags = await openAuditTags(provider);
  const keys = await platformKeys(provider);
  let [links, pages] = [0n, 0];
  const report = await verifyDatabase({ db, clock, provider, tags, keys }, {
    from: row.from_at,
    to: row.to_at,
    anchors: await deps.readAnchors(),
    counterKey: null,
    signal,
    onProgress(count) {
      links = count;
    },
    async pace() {
      pages += 1;
      if (pages % PAGES_A_MOVE === 1 && !await move(deps, row, links)) over.abort();
      await pause(PACE_MS, signal);
    },
  });
  if (report.verdict !== "stopped") return await end(deps, row, { state: "done", report });
  // Cancelled ones are over already; the others stopped with their process.
  await end(deps, row, { state: "interrupted" });
}

function move(
  { db, clock }: WorkOnRunsDeps,
  { id }: VerifyRunRow,
  links: bigint,
): Promise<boolean> {
  return db.transaction().execute((tx) => moveRun(tx, id, { links, changed_at: clock.now() }));
}

interface RunEnding {
  readonly state: VerifyRunRow["state"];
  readonly report?: VerifyReport;
  readonly silentSince?: Date;
}

/** Once, whoever comes first: the row and the event that ends it are of one transaction. */
async function end(
  { db, clock, audit, log }: WorkOnRunsDeps,
  { id }: VerifyRunRow,
  { state, report, silentSince }: RunEnding,
): Promise<void> {
  const told = report && resultOf(report);
  const ended = await db.transaction().execute(async (tx) => {
    const which = { id, ...(silentSince && { silentSince }) };
    const row = await endRun(tx, which, { state, ended_at: clock.now(), ...told });
    if (row) await audit.record(tx, requesterOf(row), [endEvent(row)]);
    return row;
  });
  const [fault] = report?.faults ?? [];
  if (ended && fault) {
    log.error("Audit chain is broken", { kind: fault.kind, what: faultText(fault) });
  }
}

function resultOf({ verdict, links, checkpoints, faults }: VerifyReport) {
  return {
    verdict: verdict === "intact" ? "intact" : "broken",
    links,
    checkpoints,
    faults: JSON.stringify(faults.slice(0, RUN_FAULTS_MAX).map(faultText)),
  } as const;
}
