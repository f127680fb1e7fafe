import { reasonOf } from "../../../platform/errors.ts";
import type { Log } from "../../../platform/log.ts";
import { pauseFor } from "../../../platform/pause.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import { type EvidenceDeps, evidenceSources } from "../evidence_sources.ts";
import { makePack, type PackMade } from "../make_pack.ts";
import { evidenceIds } from "../pack_index.ts";
import { readPeriod } from "../period.ts";
import { changeRunning, claimPack, insertPackIndex, insertPiece, type PackRow } from "../store.ts";
import { packFailedEvent, packMadeEvent } from "./ended_event.ts";
import { requesterOf } from "./pack_view.ts";
import { PieceSink } from "./piece_sink.ts";

export interface RunPackDeps extends EvidenceDeps {
  readonly log: Log;
  readonly audit: AuditWriter;
  /** Aborted when the process stops. */
  readonly stopping: AbortSignal;
}

/** How long a made file is kept. */
const FILE_DAYS = 7;
const BEAT_MS = 10_000;
const DAY_MS = 24 * 3_600_000;

/** Makes the pack that waits longest; false when none waits. A failure is the pack's, not thrown. */
export async function runWaitingPack(deps: RunPackDeps): Promise<boolean> {
  const row = await deps.db.transaction().execute((tx) => claimPack(tx, deps.clock.now()));
  if (!row) return false;
  // Aborted when the process stops, when somebody cancels, and at the end.
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, deps.stopping]);
  const beating = beat(deps, { id: row.id, over, signal });
  try {
    await fillPack(deps, row, signal);
  } catch (thrown) {
    deps.log.warn("Evidence pack not made", { pack: row.id, why: reasonOf(thrown) });
    await keepBroken(deps, row, thrown);
  } finally {
    over.abort();
    await beating;
  }
  return true;
}

async function fillPack(deps: RunPackDeps, row: PackRow, signal: AbortSignal): Promise<void> {
  const { clock, provider } = deps;
  await using digest = provider.sm3Stream();
  const sink = new PieceSink({
    digest,
    keep: ({ number, bytes }) =>
      deps.db.transaction().execute(async (tx) => {
        if (!await changeRunning(tx, row.id, { seen_at: clock.now() })) throw new PackEnded();
        await insertPiece(tx, { pack_id: row.id, number, bytes });
      }),
  });
  const days = { from: row.period_from, to: row.period_to };
  const made = await makePack({ provider, sources: evidenceSources(deps, signal) }, {
    profile: row.profile,
    period: readPeriod(days, row.requested_at),
    out: sink.stream(),
    signal,
    async onProgress({ doing, done, total, events }) {
      const isOn = await change(deps, row.id, { doing, done, total, events: BigInt(events) });
      if (!isOn) throw new PackEnded();
    },
  });
  const whole = { bytes: sink.bytes, digest: (await digest.digest()).toHex() };
  await keepMade(deps, row, { made, whole });
}

/** What was cancelled or taken for dead meanwhile has its end already. */
async function keepBroken(
  { db, clock, audit, stopping }: RunPackDeps,
  row: PackRow,
  thrown: unknown,
): Promise<void> {
  const isStopped = stopping.aborted;
  const why = isStopped ? "平台停止，没有做完" : `出错：${reasonOf(thrown)}`;
  await db.transaction().execute(async (tx) => {
    const ended = { state: "broken", ended_at: clock.now(), why } as const;
    if (!await changeRunning(tx, row.id, ended)) return;
    const event = packFailedEvent(row.id, isStopped ? "interrupted" : "failed");
    await audit.record(tx, requesterOf(row), [event]);
  });
}

async function keepMade(
  { db, clock, audit }: RunPackDeps,
  row: PackRow,
  { made, whole }: {
    readonly made: PackMade;
    readonly whole: { readonly bytes: number; readonly digest: string };
  },
): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    const isOn = await changeRunning(tx, row.id, {
      state: "made",
      doing: "完成",
      done: evidenceIds().length,
      ended_at: now,
      expires_at: new Date(now.getTime() + FILE_DAYS * DAY_MS),
      file_bytes: BigInt(whole.bytes),
      file_digest: whole.digest,
      file_count: made.files,
      verdicts: JSON.stringify(made.verdicts),
    });
    if (!isOn) throw new PackEnded();
    await insertPackIndex(tx, { pack_id: row.id, clauses: JSON.stringify(made.clauses) });
    const { digest } = whole;
    await audit.record(tx, requesterOf(row), [
      packMadeEvent(row.id, { digest, files: made.files }),
    ]);
  });
}

/** Tells every few seconds that the pack is being made, and finds out that it shall not be. */
async function beat(
  deps: RunPackDeps,
  { id, over, signal }: {
    readonly id: string;
    readonly over: AbortController;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  for (;;) {
    await pauseFor(BEAT_MS, signal);
    if (signal.aborted) return;
    try {
      if (!await change(deps, id, { seen_at: deps.clock.now() })) over.abort(new PackEnded());
    } catch (thrown) {
      deps.log.warn("Evidence pack not heard of", { pack: id, why: reasonOf(thrown) });
    }
  }
}

function change(deps: RunPackDeps, id: string, to: Partial<PackRow>): Promise<boolean> {
  return deps.db.transaction().execute((tx) => changeRunning(tx, id, to));
}

/** The pack was cancelled or taken for dead while it was made. */
class PackEnded extends Error {
  override readonly name = "PackEnded";

  constructor() {
    super("The pack is not wanted any more");
  }
}
